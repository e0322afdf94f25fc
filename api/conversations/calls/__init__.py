"""A nurse asks our line to put them through to a carer."""
