"""Messages that are a telephone number for which the carer was asked."""
