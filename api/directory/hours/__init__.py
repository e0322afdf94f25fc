"""When a service can be reached."""
