"""A file on another machine, through a real SSH server."""

from __future__ import annotations

import asyncio
from threading import Event, Thread

import asyncssh
import pytest

from app.importing.targets.sftp import SftpTarget
from app.importing.targets.target import TargetTrouble
from tests.importing.targets.conftest import COLUMNS, counts, product


class Disk(asyncssh.SFTPServer):
    """A folder that people see, until it is full."""

    is_full = False

    def write(self, file_obj, offset, data):
        if Disk.is_full:
            super().write(file_obj, offset, data[:10])
            raise asyncssh.SFTPFailure("No space left on device")
        return super().write(file_obj, offset, data)


class Door(asyncssh.SSHServer):
    def begin_auth(self, username):
        return True

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return (username, password) == ("shop", "open sesame")


@pytest.fixture
def machine(tmp_path):
    """(port, the folder that people see there, a file with its key)."""
    folder = tmp_path / "there"
    (folder / "in").mkdir(parents=True)
    key = asyncssh.generate_private_key("ssh-ed25519")
    ready, loop = Event(), asyncio.new_event_loop()
    told = {}

    async def serve():
        told["server"] = await asyncssh.create_server(
            Door, "127.0.0.1", 0, server_host_keys=[key],
            sftp_factory=lambda channel: Disk(channel, chroot=str(folder)),
        )  # fmt: skip
        told["port"] = told["server"].sockets[0].getsockname()[1]
        ready.set()

    async def end():
        told["server"].close()
        await told["server"].wait_closed()

    def run():
        asyncio.set_event_loop(loop)
        loop.create_task(serve())
        loop.run_forever()

    thread = Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(20)
    known = tmp_path / "known_hosts"
    public = key.export_public_key().decode().strip()
    known.write_text(f"[127.0.0.1]:{told['port']} {public}\n")
    yield told["port"], folder, known
    asyncio.run_coroutine_threadsafe(end(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def target(machine):
    port, _folder, known = machine

    def opened(**given):
        told = {"username": "shop", "password": "open sesame", "known_hosts": known, "port": port}
        return SftpTarget("127.0.0.1", "/in/products.csv", COLUMNS, **{**told, **given})

    return opened


def test_a_file_arrives_whole_and_is_compared_with_what_is_there(bring, machine, target):
    _, folder, _ = machine
    assert counts(bring([product("1"), product("2")], target)) == (2, 0, 0, 0)
    assert (folder / "in/products.csv").read_text().splitlines() == [
        "number,name,price,active,since", "1,Milk,2.49,true,", "2,Milk,2.49,true,",
    ]  # fmt: skip
    assert counts(bring([product("1"), product("2", "Tea")], target)) == (0, 1, 0, 1)
    assert [path.name for path in (folder / "in").iterdir()] == ["products.csv"]


def test_a_machine_that_fails_half_way_keeps_the_file_it_had(bring, machine, target, monkeypatch):
    folder = machine[1] / "in"
    bring([product("1")], target)
    before = (folder / "products.csv").read_bytes()
    monkeypatch.setattr(Disk, "is_full", True)
    with pytest.raises(TargetTrouble, match=r"does not take the file: No space left .* had\.$"):
        bring([product("1"), product("2")], target)
    assert (folder / "products.csv").read_bytes() == before
    monkeypatch.undo()
    assert [path.name for path in folder.iterdir()] == ["products.csv"]
    assert counts(bring([product("1"), product("2")], target)) == (1, 0, 0, 1)


def test_a_dry_run_sends_nothing(bring, machine, target):
    bring([product("1")], target, dry_run=True)
    assert list((machine[1] / "in").iterdir()) == []


def test_a_machine_with_another_key_is_refused(bring, machine, target, tmp_path):
    other = tmp_path / "others"
    public = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    other.write_text(f"[127.0.0.1]:{machine[0]} {public}")
    with pytest.raises(TargetTrouble, match="another key"):
        bring([product("1")], lambda: target(known_hosts=other))
    with pytest.raises(TargetTrouble, match="ssh-keyscan"):
        bring([product("1")], lambda: target(known_hosts=tmp_path / "none"))


def test_a_wrong_password_is_one_sentence(bring, target):
    with pytest.raises(TargetTrouble, match="Permission denied for user shop"):
        bring([product("1")], lambda: target(password="wrong"))
