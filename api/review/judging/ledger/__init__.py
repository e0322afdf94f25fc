"""What was missed, and the figures of it."""
