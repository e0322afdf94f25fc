"""Steps of the desk on one escalation that need no page of their own, and what staff note and say of a page."""
