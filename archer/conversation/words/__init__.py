"""What is said: numbers for the ear (`spoken`) and the sentences of the rule-based conversation, as data."""
