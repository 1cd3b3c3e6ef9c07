"""Durable Functions on one machine: the extension's side of the out-of-process protocol, on one SQLite file."""
