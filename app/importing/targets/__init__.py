"""Where an export goes: files of several formats."""
