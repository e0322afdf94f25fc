"""What carers were told of, and what there was nothing for."""
