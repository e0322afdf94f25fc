"""The number to ring, given by chat."""
