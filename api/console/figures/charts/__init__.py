"""Charts that need no script, and that a screen reader reads as one picture with its description."""
