"""Reading data/reporting.yml."""
