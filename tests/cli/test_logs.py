"""What commands say on the standard error beside their answer."""

from __future__ import annotations

import logging

import pytest

from app.cli.logs import log_for_operators, log_for_people
from app.config import Config, ConfigError

log = logging.getLogger("storekeeper.test")


@pytest.fixture(autouse=True)
def as_before():
    root, ours = logging.getLogger(), logging.getLogger("storekeeper")
    handlers, level = root.handlers[:], ours.level
    yield
    root.handlers[:] = handlers
    ours.setLevel(level)


def fail() -> None:
    try:
        raise ValueError("details")
    except ValueError:
        log.exception("it failed")


def test_people_see_warnings_and_no_tracebacks(capsys):
    log_for_people(Config())
    fail()
    log.warning("look out")
    log.info("all is well")
    assert capsys.readouterr().err == "WARNING: look out\n"


def test_who_looks_for_a_fault_sees_everything(capsys):
    log_for_people(Config.of({"log.level": "debug"}))
    fail()
    log.debug("step by step")
    err = capsys.readouterr().err
    assert "ValueError: details" in err
    assert err.endswith(" DEBUG storekeeper.test: step by step\n")


def test_operators_choose_levels_by_name(capsys):
    log_for_operators(Config.of({"log.level": "error", "logger.storekeeper.test": "info"}))
    log.info("heard")
    logging.getLogger("storekeeper.other").warning("not heard")
    assert capsys.readouterr().err.endswith(" INFO storekeeper.test: heard\n")


def test_a_level_that_does_not_exist_is_told():
    with pytest.raises(ConfigError, match="there is no log level loud"):
        log_for_people(Config.of({"logger.app": "loud"}))
