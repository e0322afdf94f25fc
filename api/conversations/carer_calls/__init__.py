"""Carers' telephone calls: the rows, and what a caller's words, keys and silences mean."""
