"""Tests that hold the project to its own conventions. Each shows, on a small example, that it can fail."""
