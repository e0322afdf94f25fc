"""A nurse who is put through to a carer by our line."""
