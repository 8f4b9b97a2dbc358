"""Work in the background: runs, what may run, who runs it, when, and what needs a person."""
