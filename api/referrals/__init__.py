"""Asking a service to ring a carer who has said yes: what is passed on, to whom, by when, and what becomes of it."""
