"""Tests of what the assistant does, against a small server that stands in for the API."""
