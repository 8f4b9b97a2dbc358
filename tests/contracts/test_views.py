"""Every view that is declared answers as a view must; nothing is written here for each of them."""

from app.testing.views import *  # noqa: F403
