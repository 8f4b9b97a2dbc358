"""What may run in the background: declared once, found by its key in every process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from app.errors import AppError
from app.plugins import Registry

if TYPE_CHECKING:
    from app.work.running import Running

Parameters = Mapping[str, Any]


class UnknownWork(AppError):
    """This work is not known to this version: it was removed, or this worker is too old."""


@dataclass(frozen=True)
class Retry:
    """How often, and after how long, work is tried again when one of these errors ended it."""

    attempts: int = 3
    wait: timedelta = timedelta(seconds=10)
    factor: float = 2.0
    on: tuple[type[BaseException], ...] = (OSError,)

    def after(self, attempt: int) -> timedelta:
        """How long to wait after the attempt of this number, the first being 1."""
        return self.wait * self.factor ** (attempt - 1)


@dataclass(frozen=True)
class Work:
    """Something long that people or programs ask for; `run` gets a Running to work with.

    `run` is a function, or where it is, as in `jobs.prices:apply_due`. `check` raises an AppError
    for parameters that do not hold any more; `lock` names what runs one by one. With
    `restart=False` work whose process was killed is not begun anew but marked as lost: for what
    has effects outside of our database.
    """

    key: str
    title: str
    run: Callable[[Running], None] | str
    kind: str = "job"
    queue: str = "default"
    priority: int = 0
    check: Callable[[Parameters], None] | None = None
    lock: Callable[[Parameters], str | None] | None = None
    retry: Retry | None = None
    about: Callable[[Parameters], str] | None = None
    """What of it a run is about, such as which import; it ends the key of the run."""
    restart: bool = True
    permission: str = "runs.start"
    """Who may ask for it in the web."""
    again: bool = True
    """Whether a run of it may be repeated."""
    planned: Callable[[Registry, Parameters], str | None] | None = None
    """For work that people may plan as a job: what that job is called; None, its code is gone."""

    def function(self) -> Callable[[Running], None]:
        if not isinstance(self.run, str):
            return self.run
        module, _, name = self.run.partition(":")
        found: Callable[[Running], None] = getattr(import_module(module), name)
        return found

    def key_of(self, parameters: Parameters) -> str:
        """The key of a run with these parameters."""
        return f"{self.key}:{self.about(parameters)}" if self.about else self.key

    def lock_of(self, parameters: Parameters) -> str | None:
        return self.lock(parameters) if self.lock else None


def find(registry: Registry, key: str) -> Work:
    """The work of this key, which is that of a work or of a run. Raises UnknownWork."""
    work: Work | None = registry.all("jobs").get(key)
    work = work or registry.all("work").get(key.partition(":")[0])
    if work is None:
        raise UnknownWork(f"There is no work called {key!r} in this version of the program.")
    return work
