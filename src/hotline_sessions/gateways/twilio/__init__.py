"""Twilio: what it sends, what we answer, what we ask of it."""
