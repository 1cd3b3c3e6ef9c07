"""The core: rules, conversation, store and clients, free of Azure Functions, FastAPI and Line."""
