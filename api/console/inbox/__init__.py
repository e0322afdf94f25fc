"""All conversations of a team, on all channels, in one list: filters, search, pages, live."""
