"""What every test of a page may use."""

from __future__ import annotations

import flask_babel
import flask_wtf.i18n
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


class Marked:
    """Translations that put ⟦ ⟧ around everything, and remember what was asked."""

    def __init__(self):
        self.asked = set()

    def ugettext(self, text):
        self.asked.add(str(text))
        return f"⟦{text}⟧"

    def ungettext(self, one, many, number):
        self.asked.add(str(one))
        return f"⟦{one if number == 1 else many}⟧"


@pytest.fixture
def marked(app, monkeypatch):
    found = Marked()
    kept = app.extensions["storekeeper.doors"]
    monkeypatch.setitem(app.extensions, "storekeeper.doors", kept.__wrapped__)
    monkeypatch.setattr(flask_babel.Domain, "get_translations", lambda domain: found)
    monkeypatch.setattr(flask_wtf.i18n, "_get_translations", Marked)
    return found
