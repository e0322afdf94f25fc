"""The figures to take away: as CSV and as a report on paper."""
