"""How fast it is, beside what can be had by hand on the same machine in the same run."""
