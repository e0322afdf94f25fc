"""What has happened to one escalation, line by line."""
