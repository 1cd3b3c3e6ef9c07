"""May we dial, may we say it, may we keep it: rules and state overlays as data, evaluated by pure functions."""
