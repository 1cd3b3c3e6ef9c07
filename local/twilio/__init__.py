"""Stand-in for Twilio: calls, messages, lookups, TwiML, signed webhooks and Media Streams, with scripted callees."""
