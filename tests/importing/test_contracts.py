"""The handlers that are in the box keep the contract of all handlers."""

from app.testing.importers import *  # noqa: F403
from app.testing.importers import pytest_generate_tests, sampled  # noqa: F401
