"""What we signpost to: find it, show it, and keep it true."""
