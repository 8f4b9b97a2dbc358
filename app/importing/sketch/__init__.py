"""Sketch an import from a sample of its file: which table, which fields, what stands in cells."""
