"""Staff answering pages from their own phones."""
