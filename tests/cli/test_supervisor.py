"""What `storekeeper run` starts: the web app, and the daemons of every plugin that are enabled."""

import importlib.util

from app.cli.supervisor import Place, programs_of
from app.config import Config, Settings
from app.core_plugin import Core
from app.plugins import Plugin, Registry
from app.work.daemon import CORE_DAEMONS, Daemon


class Scales(Plugin):
    key, title = "scales", "Scales"

    def daemons(self):
        return (
            Daemon("scales", "scales.daemon", ("--all",)),
            Daemon("off", "scales.off", enabled=lambda settings: False),
        )


def started(**given):
    registry = Registry([Core(), Scales()])
    settings = Settings(Config.of(given), registry.all("settings").values())
    return {one.name: one.command for one in programs_of(settings, registry, Place("::1", 1), {})}


def test_the_daemons_of_a_project_are_started_beside_ours():
    programs = started()
    assert list(programs) == ["web", "worker", "scheduler", "scales"]
    assert programs["scales"][-2:] == ["scales.daemon", "--all"]


def test_the_scheduler_may_be_in_the_web_app():
    assert "scheduler" not in started(**{"scheduler.in_web": "on"})


def test_our_daemons_are_there():
    assert all(importlib.util.find_spec(one.module) for one in CORE_DAEMONS)
