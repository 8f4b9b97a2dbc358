"""The peers that imports are measured beside: each in an environment of its own, made once.

What is pinned in benchmarks/peers/NAME.txt is installed into FOLDER/NAME; benchmarks/peers/NAME.py
runs there. It is made again when the pins change.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "peers"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "storekeeper-bench"


@dataclass(frozen=True)
class Peer:
    """One peer. `limit`: how many times as many rows in a second ours must bring."""

    name: str
    title: str
    limit: float
    keeps_versions: bool = False
    is_slow: bool = False
    """Whether it gets fewer rows, since it would take many minutes; so rates are compared."""

    def __str__(self) -> str:
        return f"{self.title} with history" if self.keeps_versions else self.title


PEERS = (
    Peer("rattail_csv", "rattail 0.21.3", 30, keeps_versions=True, is_slow=True),
    Peer("wuttasync_csv", "wuttasync 0.7.1", 5),
    Peer("wuttasync_csv", "wuttasync 0.7.1", 5, keeps_versions=True, is_slow=True),
    Peer("django_bulk", "import-export 4.4.3", 5),
    Peer("django_bulk", "import-export 4.4.3", 5, keeps_versions=True),
    Peer("dlt_merge", "dlt 1.31.0", 2),
    Peer("dlt_merge", "dlt 1.31.0", 2, keeps_versions=True),
)


def run(peer: Peer, python: Path, url: str, files: Path) -> dict[str, dict[str, Any]]:
    """Let a peer do its tasks; tells of each the seconds, and the rows and versions after it."""
    # What is set for our own Python must not reach into that of a peer.
    mine = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [python, HERE / f"{peer.name}.py", url, files, "versions" if peer.keeps_versions else ""],
        stdout=subprocess.PIPE, text=True, env=mine, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{peer} failed; what it wrote stands above.")
    told: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return told


def environment(peer: Peer, folder: Path) -> Path:
    """The Python of a peer, installed if it is not yet there."""
    here, pins = folder / peer.name, (HERE / f"{peer.name}.txt").read_text()
    stamp, python = here / "installed.txt", here / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != pins:
        print(f"Installing {peer.title} into {here}", file=sys.stderr)
        venv.create(here, clear=True, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "-r", HERE / f"{peer.name}.txt"], check=True)
        stamp.write_text(pins)
    return python
