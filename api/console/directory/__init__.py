"""The directory as staff see it: search, and one record with all that is known of it."""
