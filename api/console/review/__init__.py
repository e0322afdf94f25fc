"""What was said, afterwards: finding and reading it, judging it, and learning from it."""
