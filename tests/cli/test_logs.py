"""What commands say on the standard error beside their answer."""

from __future__ import annotations

import json
import logging
import os
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import structlog
from structlog.contextvars import bound_contextvars, clear_contextvars

from app.cli.logs import log_for_operators, log_for_people
from app.config import Config, ConfigError, Settings
from app.work.running import Running, current

log = logging.getLogger("storekeeper.test")


@pytest.fixture(autouse=True)
def as_before():
    root, ours = logging.getLogger(), logging.getLogger("storekeeper")
    handlers, level = root.handlers[:], ours.level
    clear_contextvars()
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


def as_json(capsys):
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_programs_get_one_document_a_line(capsys):
    log_for_operators(Config.of({"log.format": "json"}), "worker")
    fail()
    log.info("%s rows of %s", 3, "ann", extra={"change_set": 12})
    failed, told = as_json(capsys)
    assert (told["event"], told["level"], told["logger"]) == (
        "3 rows of ann", "info", "storekeeper.test",
    )  # fmt: skip
    assert told["process"] == f"worker:{os.getpid()}"
    assert datetime.fromisoformat(told["time"]).tzinfo == UTC
    assert told["change_set"] == 12
    assert "ValueError: details" in failed["exception"]


def test_structlog_gives_the_same_lines_once(capsys):
    log_for_operators(Config.of({"log.format": "json"}))
    structlog.get_logger("storekeeper.test").info("moved", rows=3)
    (told,) = as_json(capsys)
    assert (told["event"], told["rows"], told["logger"]) == ("moved", 3, "storekeeper.test")


def test_a_line_tells_its_request_and_its_run(capsys):
    log_for_operators(Config.of({"log.format": "json"}))
    run = Running(uuid4(), settings=Settings(Config(), ()), by="ann")
    token = current.set(run)
    with bound_contextvars(request_id="ab12-cd34-ef56"):
        log.warning("here")
    current.reset(token)
    log.warning("there")
    here, there = as_json(capsys)
    assert (here["request_id"], here["run"], here["user"]) == (
        "ab12-cd34-ef56", str(run.run), "ann",
    )  # fmt: skip
    assert not there.keys() & {"request_id", "run", "user"}


def test_people_read_the_request_at_the_end_of_a_line(capsys):
    log_for_operators(Config())
    with bound_contextvars(request_id="ab12-cd34-ef56", user="ann"):
        log.info("here")
    assert capsys.readouterr().err.endswith(
        "storekeeper.test: here [request_id=ab12-cd34-ef56 user=ann]\n"
    )


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_line_holds_a_secret(capsys, form):
    config = Config.of(
        {
            "log.format": form,
            "web.secret_key": "key-that-signs-sessions-0123456789",
            "db.url": "postgresql://shop:p%40ssword9@db/shop",
        }
    )
    log_for_operators(config)
    try:
        raise ValueError("key-that-signs-sessions-0123456789 is bad")
    except ValueError:
        log.exception("cannot reach %s", config["db.url"], extra={"tried": ["p@ssword9"]})
    log.info("till at https://bob:swordfish@till/x?a=1 said password=hunter22 to us")
    err = capsys.readouterr().err
    for secret in ("0123456789", "ssword9", "swordfish", "hunter22"):
        assert secret not in err
    assert "said password=*** to us" in err
