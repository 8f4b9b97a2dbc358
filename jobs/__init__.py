"""Job functions for the scheduler: each a few lines that call a service."""
