"""Everything outside us: the carrier (Twilio, or the pretend one on a developer's machine) and the assistant (Rasa)."""
