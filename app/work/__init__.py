"""What goes on behind the pages: incidents, and who is told of them."""
