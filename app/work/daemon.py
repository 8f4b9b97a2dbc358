"""Daemons: the programs that go on beside the web app, such as one that listens to the scales.

`storekeeper run` starts them on a laptop; in production each is a service of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.config import Settings
from app.config.work import SCHEDULER_IN_WEB


@dataclass(frozen=True)
class Daemon:
    """A program that is started by `python -m MODULE ARGUMENTS` and runs until SIGTERM.

    Daemon("scales", "poser.daemons.scales", enabled=lambda settings: settings[SCALES])

    Asked to stop, it must end within three seconds, or it is killed.
    """

    key: str
    """What its lines in the log begin with."""
    module: str
    arguments: tuple[str, ...] = ()
    enabled: Callable[[Settings], bool] = lambda settings: True


CORE_DAEMONS = (
    Daemon("worker", "daemons.worker", ("--grace", "1.5")),
    Daemon("scheduler", "jobs.runner", enabled=lambda settings: not settings[SCHEDULER_IN_WEB]),
)
