"""Danger, looked for in every inbound item before and apart from the assistant."""
