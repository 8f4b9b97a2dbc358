"""A file on another machine (SFTP): fetched, compared, sent under another name, then renamed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

import asyncssh
from sqlalchemy.types import TypeEngine

from app.importing.targets.files import FileTarget
from app.importing.targets.target import Record, TargetTrouble, WholeTarget

LONGEST = 60
"""Seconds to connect."""


class SftpTarget(WholeTarget):
    """`SftpTarget("sftp.example.org", "/in/products.csv", columns, username="shop", …)`.

    `known_hosts` is a file of keys as OpenSSH keeps it; a machine that is not in it is refused.
    """

    def __init__(
        self,
        host: str,
        path: str,
        columns: Mapping[str, TypeEngine[Any]],
        *,
        username: str,
        known_hosts: Path,
        password: str | None = None,
        key_file: Path | None = None,
        port: int = 22,
    ) -> None:
        self.host, self.port, self.path = host, port, PurePosixPath(path)
        self.columns, self.known_hosts = columns, known_hosts
        self.signing_in = {
            "username": username,
            "password": password,
            "client_keys": [str(key_file)] if key_file else None,
        }

    def __enter__(self) -> SftpTarget:
        if not self.known_hosts.is_file():
            raise TargetTrouble(
                f"{self.known_hosts} is missing; write the key of {self.host} into it, "
                f"as `ssh-keyscan {self.host}` tells it."
            )
        self.folder = TemporaryDirectory(prefix="storekeeper-sftp-")
        self.here = FileTarget(Path(self.folder.name, self.path.name), self.columns)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.folder.cleanup()

    def records(self, keys: Sequence[Any] | None) -> Iterable[Record]:
        self._run(self._fetch, "cannot be asked for the file")
        return self.here.records(keys)

    def write(self, records: Iterable[Record]) -> None:
        self.here.write(records)
        self._run(self._send, "does not take the file")

    async def _fetch(self, sftp: asyncssh.SFTPClient) -> None:
        if await sftp.exists(str(self.path)):
            await sftp.get(str(self.path), str(self.here.path))

    async def _send(self, sftp: asyncssh.SFTPClient) -> None:
        part = self.path.with_name(f".{self.path.name}.part")
        try:
            await sftp.put(str(self.here.path), str(part))
            await sftp.posix_rename(str(part), str(self.path))
        except (OSError, asyncssh.Error):
            with suppress(OSError, asyncssh.Error):
                await sftp.remove(str(part))
            raise

    def _run(self, work: Any, trouble: str) -> None:
        try:
            asyncio.run(self._connected(work))
        except asyncssh.HostKeyNotVerifiable as error:
            raise TargetTrouble(
                f"{self.host} shows another key than {self.known_hosts} has: {error.reason}."
            ) from error
        except (OSError, TimeoutError, asyncssh.Error) as error:
            raise TargetTrouble(f"{self.host} {trouble}: {error}. It has what it had.") from error

    async def _connected(self, work: Any) -> None:
        async with asyncssh.connect(
            self.host, self.port, known_hosts=str(self.known_hosts), config=None,
            agent_path=None, login_timeout=LONGEST, **self.signing_in,
        ) as connection, connection.start_sftp_client() as sftp:  # fmt: skip
            await work(sftp)
