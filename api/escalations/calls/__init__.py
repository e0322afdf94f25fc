"""What calls to staff mean for an escalation: its timeline, its ladder, and what the nurse is told."""
