"""Joining, or beginning anew, with a link from an administrator."""
