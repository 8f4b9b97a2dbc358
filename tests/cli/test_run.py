"""`storekeeper run` with real processes: it starts everything, and leaves nothing behind."""

from __future__ import annotations

import gzip
import os
import re
import signal
import socket
import subprocess
import sys
import time
from urllib.request import urlopen

import psutil
import pytest

from app.cli.supervisor import Place

PROGRAM = "import sys; from app.cli import main; sys.argv[0] = 'storekeeper'; main()"
PATIENCE = 60  # seconds
LONGEST_STOP = 8  # 5 on a machine that has nothing else to do


@pytest.fixture
def port() -> int:
    with socket.socket() as attempt:
        attempt.bind(("127.0.0.1", 0))
        return attempt.getsockname()[1]


@pytest.fixture
def started(tmp_path, server_folder, port):
    """Starts `storekeeper run` in a process group of its own, and waits until it is ready."""
    running = []

    def start(**config: str) -> tuple[subprocess.Popen, str]:
        given = {f"STOREKEEPER__{key.upper()}": text for key, text in config.items()}
        command = ["run", "--port", str(port), "--data", str(server_folder / "data")]
        with (tmp_path / "out").open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *command],
                env={**os.environ, "STOREKEEPER_CONFIG": os.devnull, **given},
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        running.append(process)
        wait_until(lambda: "Ctrl-C stops it" in said() or process.poll() is not None)
        assert process.poll() is None, said()
        return process, said()

    def said() -> str:
        return (tmp_path / "out").read_text()

    yield start
    for process in running:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until(fact) -> None:
    deadline = time.monotonic() + PATIENCE
    while not fact():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def program(process, name) -> psutil.Process:
    """The process of one of the programs that are kept running."""
    children = filter(is_alive, psutil.Process(process.pid).children())
    return next(child for child in children if any(name in part for part in child.cmdline()))


def answer(url: str) -> int:
    with urlopen(url, timeout=10) as response:
        return response.status


def test_it_starts_on_an_empty_folder_and_ctrl_c_stops_everything(started, server_folder, port):
    process, said = started()
    link = re.search(r"http://127\.0\.0\.1:\d+/welcome/\S+", said)
    assert answer(f"http://127.0.0.1:{port}/healthz") == 200
    assert answer(link[0]) == 200

    postmaster = int((server_folder / "data/postgres/postmaster.pid").read_text().split()[0])
    family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(postmaster)]
    asked_at = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(PATIENCE) == 0
    assert time.monotonic() - asked_at < LONGEST_STOP
    assert [member for member in family if is_alive(member)] == []


def test_a_worker_that_is_killed_is_replaced_and_sigterm_is_a_clean_end(
    started, own_database, port
):
    named = {key.replace(".", "__"): text for key, text in own_database.items()}
    process, _ = started(**named)
    gunicorn = program(process, "app.cli.serving")
    victim = gunicorn.children()[0]
    victim.kill()
    wait_until(lambda: victim.pid not in [w.pid for w in gunicorn.children()])
    wait_until(lambda: len(gunicorn.children()) == 2)
    assert answer(f"http://127.0.0.1:{port}/healthz") == 200

    process.terminate()
    assert process.wait(PATIENCE) == 0
    assert not is_alive(gunicorn)


def test_programs_that_are_killed_are_started_again(started, own_database, port):
    named = {key.replace(".", "__"): text for key, text in own_database.items()}
    process, _ = started(**named)
    for name in ("daemons.worker", "app.cli.serving"):
        victim = program(process, name)
        victim.kill()
        wait_until(lambda victim=victim: not is_alive(victim))
        wait_until(lambda name=name: any_program(process, name))
    wait_until(lambda: answers(port))


def test_nothing_stays_when_it_is_killed_itself(started, own_database):
    named = {key.replace(".", "__"): text for key, text in own_database.items()}
    process, _ = started(**named)
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 3
    process.kill()
    process.wait()
    wait_until(lambda: not [member for member in family if is_alive(member)])


def any_program(process, name) -> bool:
    try:
        return is_alive(program(process, name))
    except (StopIteration, psutil.Error):
        return False


def answers(port) -> bool:
    try:
        return answer(f"http://127.0.0.1:{port}/healthz") == 200
    except OSError:
        return False


def test_without_an_administrator_a_link_makes_one(app, client):
    from app.cli.run import how_to_log_in

    said = how_to_log_in(app.extensions["settings"], Place("127.0.0.1", 5000))
    link = re.search(r"http://127\.0\.0\.1:5000(/welcome/\S+)", said)
    assert client.get(link[1]).status_code == 200


def test_administrators_are_named_when_there_are_some(app, session):
    from app.cli.run import how_to_log_in
    from app.services import users

    for name in ("ann", "bob"):
        users.make_administrator(session, users.create(session, name, by="test"), by="test")
    said = how_to_log_in(app.extensions["settings"], Place("127.0.0.1", 5000))
    assert said == "Log in as ann or bob."


def test_a_port_in_use_is_one_sentence(storekeeper, tmp_path, port):
    with socket.create_server(("127.0.0.1", port)):
        told = storekeeper("run", "--port", str(port), "--data", str(tmp_path / "data"))
    assert told.code == 1
    assert told.err.startswith(f"Error: Cannot listen on 127.0.0.1:{port}: address already in use.")
    assert told.err.count("\n") == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("place", ["nowhere/data", "file"])
def test_a_data_folder_that_cannot_be_is_one_sentence(storekeeper, tmp_path, port, place):
    (tmp_path / "file").write_text("not a folder")
    told = storekeeper("run", "--port", str(port), "--data", str(tmp_path / place))
    assert told.code == 1
    assert told.err.startswith(f"Error: The data folder {tmp_path / place} cannot be ")
    assert told.err.count("\n") == 1


def test_the_demo_is_loaded_once(own_database, tmp_path, monkeypatch):
    from sqlalchemy import func, select

    from app import create_app
    from app.cli import demo
    from app.db import db
    from app.db.versioning import ChangeSet
    from app.models.products import Product
    from app.models.sales import Transaction
    from app.models.stores import Store

    _first_products(demo._folder(), tmp_path, count=50)
    monkeypatch.setattr(demo, "_folder", lambda: tmp_path)
    app = create_app({**own_database, "data.folder": str(tmp_path)}, web=False)

    def count(model) -> int:
        return db.session.scalar(select(func.count()).select_from(model))

    with app.app_context():
        demo.load_demo(app)
        assert (count(Product), count(Store)) == (50, 3)
        assert count(Transaction) > 1000
        change_sets = count(ChangeSet)
        db.session.rollback()
        demo.load_demo(app)
        assert count(ChangeSet) == change_sets


def _first_products(source, target, count: int) -> None:
    with gzip.open(source / "products.csv.gz", "rt") as lines:
        text = "".join(next(lines) for _ in range(count + 1))
    with gzip.open(target / "products.csv.gz", "wt") as file:
        file.write(text)
    for name in ("stores.csv", "sales.csv.gz"):
        (target / name).write_bytes((source / name).read_bytes())
