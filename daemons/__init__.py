"""Daemons: each a main() of a few lines over the same services."""
