"""Carers' calls over ConversationRelay: what they say and what is said to them goes as text over a WebSocket."""
