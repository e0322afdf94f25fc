"""Carers' text messages, by Twilio's webhooks."""
