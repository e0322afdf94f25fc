"""What departs from the patterns: overrides and swaps."""
