"""What every test of a page may use."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from app.services import passwords


@pytest.fixture(autouse=True, scope="package")
def cheap_passwords():
    """Passwords that are hashed at once; what they cost is tested with the services."""
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "hasher", cheap)
        yield
