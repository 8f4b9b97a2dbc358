"""The programs that `storekeeper run` keeps running: started, watched, started again, stopped."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import click

LONGEST_STOP = 3.5
"""Seconds until what was asked to stop is killed."""
LONGEST_PAUSE = 30.0
STEADY = 10.0
"""A program that lived so many seconds has not failed at its start."""


@dataclass
class Program:
    """A process with its name; what it says is printed behind the name."""

    name: str
    command: Sequence[str]
    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    _started: float = 0.0
    _again: float = 0.0
    _pump: threading.Thread | None = field(default=None, repr=False)

    def start(self) -> None:
        # Its standard input is a pipe of ours: it ends when we do, even when we are killed.
        self.process = subprocess.Popen(  # noqa: S603
            list(self.command),
            env={**self.environ, "STOREKEEPER_SUPERVISED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._started = time.monotonic()
        self._pump = threading.Thread(target=self._print, args=(self.process,), daemon=True)
        self._pump.start()

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def look(self) -> None:
        """Start it again if it has ended; after a pause that grows while it fails at its start."""
        if self.is_running:
            return
        now = time.monotonic()
        if self._again == 0.0:
            self.failures = self.failures + 1 if now - self._started < STEADY else 0
            pause = min(2.0**self.failures - 1, LONGEST_PAUSE)
            self._again = now + pause
            code = self.process.returncode if self.process else None
            when = f"in {pause:.0f} s" if pause else "at once"
            click.echo(f"{self.name} ended ({_how(code)}); it is started again {when}.", err=True)
        if now >= self._again:
            self._again = 0.0
            self.start()

    def ask_to_stop(self) -> None:
        if self.process is not None and self.is_running:
            self.process.terminate()

    def wait(self, deadline: float) -> None:
        """Wait until it has ended; kill it at the deadline."""
        if self.process is None:
            return
        try:
            self.process.wait(max(deadline - time.monotonic(), 0.05))
        except subprocess.TimeoutExpired:
            self.process.kill()  # its children see that their parent is gone, and follow
            self.process.wait()
        if self._pump:
            self._pump.join(1)
        if self.process.stdin:
            self.process.stdin.close()

    def _print(self, process: subprocess.Popen[bytes]) -> None:
        stream: Any = process.stdout
        with stream:
            for line in stream:
                text = line.decode(errors="replace").rstrip()
                print(f"{self.name:<9} {text}", file=sys.stderr, flush=True)  # noqa: T201


def stop_all(programs: Sequence[Program]) -> None:
    """Ask all to stop, then wait for all."""
    deadline = time.monotonic() + LONGEST_STOP
    for program in programs:
        program.ask_to_stop()
    for program in programs:
        program.wait(deadline)


def _how(code: int | None) -> str:
    if code is None:
        return "it never began"
    return f"signal {-code}" if code < 0 else f"exit code {code}"
