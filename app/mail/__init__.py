"""Mail that leaves the shop."""
