"""What the agent may do during a call: one file a tool, each an arguments model and a run()."""
