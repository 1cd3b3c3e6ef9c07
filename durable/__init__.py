"""Queue and timer triggers, orchestrations and activities: one file a lifecycle."""
