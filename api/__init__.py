"""The REST API under /api/v1: one file a resource; app.py builds it."""
