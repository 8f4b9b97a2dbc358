"""What every test of ours may use."""

import socket

import pytest

pytest_plugins = ["app.testing.plugin"]


@pytest.fixture
def closed_port():
    """A port of this machine where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]
