"""Staff and their teams, roles, signing in, service tokens. `access.py` is the only gate."""
