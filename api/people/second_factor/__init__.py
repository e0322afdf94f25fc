"""The second factor: a code from a telephone that changes every 30 seconds, and codes that stand in for it."""
