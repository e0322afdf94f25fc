"""Tests of the assistant. What needs Rasa's own environment stands in `inside/` and is run there."""
