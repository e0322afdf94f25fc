"""The draft: patterns, what stands against publishing, and publishing."""
