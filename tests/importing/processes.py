"""Imports in processes of their own, to be killed, stopped or cut off."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

STOREKEEPER = [sys.executable, "-c", "from app.cli import main; main()"]


def start_import(config, path, *options):
    command = [*STOREKEEPER, "-c", str(config), "import", "products-csv", str(path), *options]
    # Tests that run in the background ignore Ctrl-C, and a child would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_until(ask, sql):
    for _ in range(400):
        if found := ask(sql):
            return found
        time.sleep(0.05)
    raise AssertionError(f"never came true: {sql}")
