"""Where a carer is: what they say of it, read and cut down to what may be kept."""
