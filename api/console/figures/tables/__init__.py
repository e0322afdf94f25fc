"""The tables of a report, the same for the page, for CSV and for paper."""
