"""From the draft to the rota that paging goes by."""
