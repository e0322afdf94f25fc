"""The tests: the same tree as the product, journeys as stories, guards for the conventions."""
