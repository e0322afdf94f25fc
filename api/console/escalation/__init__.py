"""One escalation: what was said, how it stands, and what may be done."""
