"""Fixtures and contract tests that projects reuse.

In the conftest.py of a project: `pytest_plugins = ["app.testing.plugin"]`.
"""
