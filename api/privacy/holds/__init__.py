"""Legal holds: what must not be deleted or erased for now."""
