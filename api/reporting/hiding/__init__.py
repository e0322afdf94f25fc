"""Small numbers are hidden, and so is whatever would give them away."""
