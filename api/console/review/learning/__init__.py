"""What was proposed and decided, and the releases that came of it."""
