"""The live board of one team."""
