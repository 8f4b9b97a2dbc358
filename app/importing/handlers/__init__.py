"""The import handlers that are in the box."""
