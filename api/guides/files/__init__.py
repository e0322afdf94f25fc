"""The files of data/guides, and how they are read."""
