"""What in the directory is not as it should be."""
