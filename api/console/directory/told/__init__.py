"""What carers were told of and when, over all records: for whoever keeps the directory, and with nobody to be known."""
