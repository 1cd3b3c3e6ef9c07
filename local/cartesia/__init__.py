"""Stand-in for Cartesia: agent streams for a telephony client, and the calls back to the agent's own Line server."""
