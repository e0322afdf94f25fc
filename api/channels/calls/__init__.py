"""Pages read aloud over the telephone, and answered by a key."""
