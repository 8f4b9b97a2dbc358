"""Importing: rows of a source become objects of a table, compared and written set by set.

Read `handler.py`, `importer.py` and `engine.py`, in this order; docs/why/set-based-import.md
explains.
"""
