"""How words arrive and leave: text messages, web chat, staff answering a page, and the local handset."""
