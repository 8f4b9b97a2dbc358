"""Tables, one module per domain word."""
