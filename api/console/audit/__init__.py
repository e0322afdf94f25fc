"""Reading the audit log: who did what, and who read what."""
