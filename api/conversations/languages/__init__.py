"""The language of a conversation, where it is another than English: as the carer named it, or as they write."""
