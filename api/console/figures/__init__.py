"""The figures: a page, tables to take away, a report to print, and the cases behind a figure."""
