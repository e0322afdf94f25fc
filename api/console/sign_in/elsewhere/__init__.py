"""Signing in at another organisation, by OpenID Connect."""
