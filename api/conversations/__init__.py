"""One carer's exchange with us: receiving, answering, a person taking over, closing."""
