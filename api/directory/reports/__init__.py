"""Faults of the directory that reviewers found in transcripts, until its keepers have seen to them."""
