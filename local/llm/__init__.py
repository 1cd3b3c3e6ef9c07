"""A stand-in for a language model's endpoint: OpenAI-compatible streaming chat completions with scripted behaviour.

For tests, the bench and a machine without a key; `python -m local.llm --port P`.
"""
