"""The beginning and the end of a carer's call."""
