"""Fixtures and contract tests that projects reuse: `pytest_plugins = ["app.testing.plugin"]`."""
