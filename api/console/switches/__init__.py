"""The live switches of a team: what is on, setting one, and ending it."""
