"""The ledger of missed crises, with its figures."""
