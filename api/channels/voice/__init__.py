"""Carers' telephone calls, by Twilio's webhooks."""
