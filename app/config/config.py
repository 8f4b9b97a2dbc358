"""The configuration of one node: a plain mapping that remembers where each value came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from app.config.values import GIVEN_IN_CODE, NotConfigured, Source, Value


class Config(Mapping[str, str]):
    """Texts by flat key (`section.option`, in any case). It never changes; see `plus`."""

    def __init__(
        self, values: Mapping[str, Value] | None = None, files: Iterable[Path] = ()
    ) -> None:
        self._values = dict(values or {})
        self.files = tuple(files)
        """The files in the order they were read: a later one overrides an earlier one."""

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> Config:
        """A configuration without files, for tests: `Config.of({"db.url": "postgresql://…"})`."""
        return cls().plus(texts)

    def plus(self, texts: Mapping[str, str], source: Source = GIVEN_IN_CODE) -> Config:
        """A new configuration in which these values win, for example those of the command line."""
        added = {key.lower(): Value(text, source) for key, text in texts.items()}
        return Config(self._values | added, self.files)

    def value(self, key: str) -> Value | None:
        """The text of a key together with its source, or None."""
        return self._values.get(key.lower())

    def section(self, prefix: str) -> dict[str, str]:
        """All values below a prefix, without the prefix: `section("db")["url"]`."""
        start = prefix.lower() + "."
        return {
            key.removeprefix(start): value.text
            for key, value in self._values.items()
            if key.startswith(start)
        }

    def __getitem__(self, key: str) -> str:
        found = self.value(key)
        if found is None:
            raise NotConfigured(f"{key} is not configured; {self._looked_at()}")
        return found.text

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.lower() in self._values

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """The text of a key, or None."""
        found = self.value(key)
        return found.text if found else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<Config of {len(self)} values from {len(self.files)} files>"

    def _looked_at(self) -> str:
        if not self.files:
            return "there is no configuration file"
        return f"it is in none of these files: {', '.join(map(str, self.files))}"
