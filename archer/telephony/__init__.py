"""Twilio: REST client, TwiML, webhook signatures."""
