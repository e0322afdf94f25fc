"""Calls for help: how soon somebody was paged, accepted and spoke with the carer, and what became of them."""
