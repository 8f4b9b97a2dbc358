"""CORE-POS: its tables in SQLite, and in a real MariaDB where one is installed.

With STOREKEEPER_TEST_MARIADB=required, as in CI, there must be one.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pymysql
import pytest
from sqlalchemy import select

from app.importing.errors import BadSource
from app.importing.handlers.core_pos import CorePos
from app.importing.sources.sql import Database
from app.models.customers import Customer
from app.models.products import Product
from tests.importing.conftest import a_price, changed, reasons

TABLES = Path(__file__).with_name("core_pos.sql").read_text()
# Debian keeps it where only root looks for programs.
MARIADBD = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")
IS_REQUIRED = os.environ.get("STOREKEEPER_TEST_MARIADB") == "required"
SERVERS = ["sqlite", *(["mariadb"] if IS_REQUIRED or MARIADBD else [])]


@contextmanager
def in_sqlite(folder):
    with sqlite3.connect(folder / "core.db") as connection:
        connection.executescript(TABLES)
    connection.close()
    yield f"sqlite:///{folder / 'core.db'}"


@contextmanager
def in_mariadb(folder):
    """A server of its own, which listens to nobody else."""
    assert MARIADBD, "Install mariadb-server-core and mariadb-client-core."
    data, socket = folder / "data", folder / "s"
    common = ["--no-defaults", f"--datadir={data}", "--user=root"]
    subprocess.run(
        ["mariadb-install-db", *common, "--auth-root-authentication-method=normal"],
        check=True, capture_output=True,
    )  # fmt: skip
    with (folder / "log").open("w") as log:
        command = [MARIADBD, *common, f"--socket={socket}", "--skip-networking",
                   f"--pid-file={folder / 'pid'}"]  # fmt: skip
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        connection = _connected(server, socket, folder / "log")
        with connection, connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE core_op CHARACTER SET utf8mb4")
            cursor.execute("USE core_op")
            for statement in filter(str.strip, TABLES.split(";")):
                cursor.execute(statement)
            connection.commit()
        yield f"mysql://root@localhost/core_op?unix_socket={socket}"
    finally:
        server.terminate()
        server.wait(30)


def _connected(server, socket, log):
    for _ in range(300):
        if socket.exists():
            return pymysql.connect(unix_socket=str(socket), user="root", charset="utf8mb4")
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module", params=SERVERS)
def core_url(request, tmp_path_factory):
    make = in_mariadb if request.param == "mariadb" else in_sqlite
    with make(tmp_path_factory.mktemp("core")) as url:
        yield url


@pytest.fixture
def import_core(app, session, core_url):
    def run(**options):
        session.expire_all()
        handler = CorePos(app.extensions["settings"])
        handler.open_source = lambda: Database.open(core_url, name="CORE-POS")
        return handler.run(**options)

    return run


def test_departments_products_and_customers_come(import_core, product, session):
    report = import_core()
    assert changed(report) == {
        "department": (2, 0, 0), "brand": (1, 0, 0), "product": (3, 0, 0),
        "product_code": (3, 0, 0), "regular_price": (2, 0, 0), "customer": (2, 0, 0),
    }  # fmt: skip
    tissues = product("0003600029145")
    assert (tissues.description, tissues.brand.name, tissues.department.name) == (
        "Tissues", "Acme", "Grocery"
    )  # fmt: skip
    assert [code.gtin for code in tissues.codes] == ["00036000291452"]
    assert str(a_price(tissues).price) == "2.490"
    bananas = product("0000000004011")
    assert (bananas.sold_by_weight, bananas.codes[0].kind) == (True, "plu")
    assert product("0000000003421").description == "Crème fraîche"
    named = session.scalars(select(Customer).order_by(Customer.number))
    assert [(one.number, one.name) for one in named] == [("100", "Ann Lee"), ("101", "Müller")]


def test_what_has_no_name_is_rejected(import_core):
    assert list(reasons(import_core()).values()) == ["name is missing."]


def test_the_second_time_nothing_changes(import_core):
    import_core()
    assert changed(import_core()) == {}


def test_without_an_address_it_says_what_to_set(app, session):
    with pytest.raises(BadSource, match=r"set core_pos\.url"):
        CorePos(app.extensions["settings"]).run()
    assert session.scalars(select(Product)).all() == []
