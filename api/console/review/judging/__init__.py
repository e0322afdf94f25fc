"""The form of a review, what is to be reviewed, and the ledger of what was missed."""
