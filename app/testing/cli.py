"""A fixture that calls the `storekeeper` command in this process."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def storekeeper(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Answer]]:
    """`storekeeper("db", "check", config={"db.url": …})` calls a command and returns its answer.

    Without `config` it finds no configuration file, whatever this machine has.
    """
    monkeypatch.setenv("STOREKEEPER_CONFIG", write_config(tmp_path / "none.conf", {}))

    def call(*arguments: str, config: Mapping[str, str] | None = None) -> Answer:
        from app.cli import call

        files = ["-c", write_config(tmp_path / "storekeeper.conf", config)] if config else []
        code = call([*files, *arguments])
        return Answer(code, *capfd.readouterr())

    handlers = logging.getLogger().handlers[:]
    yield call
    logging.getLogger().handlers[:] = handlers  # a command sets its own


def write_config(path: Path, texts: Mapping[str, str]) -> str:
    """Write a configuration file with these values; return its path."""
    sections: dict[str, list[str]] = {}
    for key, text in texts.items():
        section, _, option = key.partition(".")
        sections.setdefault(section, []).append(f"{option} = {text.replace('%', '%%')}\n")
    parts = (f"[{section}]\n{''.join(lines)}" for section, lines in sections.items())
    path.write_text("\n".join(parts))
    return str(path)
