"""Understanding, the rule-based conversation and its words; no store, no network."""
