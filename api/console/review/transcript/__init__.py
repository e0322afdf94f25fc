"""One transcript, with what the line understood at each turn."""
