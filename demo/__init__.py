"""The demo shop: products and sales of a public data set, small enough for the repository."""
