"""The chat page: for carers in a browser, with or without JavaScript, on its own or inside a charity's page."""
