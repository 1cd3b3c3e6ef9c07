"""The agent container app: media bridge Twilio to Cartesia, and the Line server that Cartesia calls back."""
