"""A caller's telephone number, typed on the keypad or said: read back figure by figure until they say it is right."""
