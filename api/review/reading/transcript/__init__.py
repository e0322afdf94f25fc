"""One conversation as a reviewer reads it."""
