"""The staff web pages; they own no tables. Each gathers (service), finds the words (presenters) and shows (routes)."""
