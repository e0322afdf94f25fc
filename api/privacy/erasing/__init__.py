"""Erasing one person everywhere, with a proof that says nothing of them."""
