"""The key that signs sessions: made once, for one pair of eyes."""

import stat

import pytest

from app.config import Config, Settings
from app.config.core import CORE_SETTINGS
from app.web import security


@pytest.fixture
def settings(tmp_path):
    def make(**more):
        values = {"data.folder": str(tmp_path / "data"), **more}
        return Settings(Config.of(values), CORE_SETTINGS)

    return make


def test_a_key_is_made_once_for_the_eyes_of_its_owner(settings, tmp_path):
    key = security.secret_key(settings())
    path = tmp_path / "data" / "secret_key"
    assert len(key) >= 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert security.secret_key(settings()) == key
    assert [one.name for one in path.parent.iterdir()] == ["secret_key"]


def test_a_key_that_others_can_read_is_refused(settings, tmp_path):
    security.secret_key(settings())
    path = tmp_path / "data" / "secret_key"
    for mode in (0o644, 0o640, 0o604, 0o660):
        path.chmod(mode)
        with pytest.raises(security.BadKey, match="chmod 600"):
            security.secret_key(settings())


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 50, b"\n" * 50])
def test_a_damaged_key_is_refused(settings, tmp_path, content):
    security.secret_key(settings())
    (tmp_path / "data" / "secret_key").write_bytes(content)
    with pytest.raises(security.BadKey):
        security.secret_key(settings())


def test_whoever_makes_the_key_second_uses_the_first(settings, tmp_path):
    path = tmp_path / "secret_key"
    security._make(path)
    first = path.read_text()
    security._make(path)
    assert path.read_text() == first


def test_a_configured_key_must_be_long(settings):
    assert security.secret_key(settings(**{"web.secret_key": "k" * 40})) == "k" * 40
    with pytest.raises(security.BadKey, match="too short"):
        security.secret_key(settings(**{"web.secret_key": "secret"}))
