"""Calls to staff: pages read aloud, and calls that put a nurse through to a carer."""
