"""Configuration files in a folder of their own, read without the environment of this machine."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.config import Config, ConfigError, load_config

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def load(write: Write) -> Callable[..., Config]:
    """The configuration that a text makes."""

    def load(text: str, **environ: str) -> Config:
        return load_config([write("app.conf", text)], environ=environ)

    return load


@pytest.fixture
def fault(write: Write) -> Callable[..., str]:
    """The one line that is said about a text, with `app.conf` for the path of the file."""

    def fault(text: str, **environ: str) -> str:
        path = write("app.conf", text)
        with pytest.raises(ConfigError) as raised:
            load_config([path], environ=environ)
        assert len(str(raised.value).splitlines()) == 1
        return str(raised.value).replace(str(path), "app.conf")

    return fault
