"""Reading transcripts: finding the right ones, and seeing what the line understood at each turn."""
