"""Contacts: how often carers came to us, how, for what, and how soon we answered."""
