"""The conversation with a language model, inside the rules; see `agent.llm.conversation`."""
