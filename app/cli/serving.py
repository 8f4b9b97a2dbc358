"""The web processes: gunicorn with our app. A program of its own: `python -m app.cli.serving`."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from app.cli.parent import follow_parent

THREADS = 4
LONGEST_REQUEST, LONGEST_GOODBYE = 60, 1  # seconds


def web_app() -> Any:
    """The app of the configuration in force, following what people change in the settings.

    To be called in the process that serves: neither threads nor connections outlive a fork.
    """
    from app import create_app
    from app.cli.logs import log_for_operators
    from app.config import load_config
    from app.config.settings import USE_DB
    from app.config.work import SCHEDULER_IN_WEB
    from app.services.caretaker import Caretaker
    from app.work import error_log
    from app.work.scheduler import start_in_thread

    config = load_config()
    log_for_operators(config, "web")
    app = create_app(config)
    if app.extensions["settings"][USE_DB]:
        app.extensions["stored_settings"].listen()
    if app.extensions["settings"][SCHEDULER_IN_WEB]:
        start_in_thread(app, beside=Caretaker)
    error_log.watch(app)
    gc.collect()
    gc.freeze()  # the app stays as long as the process: not to be looked through in each request
    return app


class ThroughOurs(Logger):  # type: ignore[misc]
    """What gunicorn says goes where everything goes, in the same form."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class WebProcesses(BaseApplication):  # type: ignore[misc]
    """A gunicorn that takes its options from our settings, not from its command line."""

    def __init__(self, address: str, workers: int) -> None:
        self.options = {
            "bind": address,
            "workers": workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": LONGEST_REQUEST,
            "graceful_timeout": LONGEST_GOODBYE,
            "worker_tmp_dir": "/dev/shm" if Path("/dev/shm").is_dir() else None,  # noqa: S108
            "loglevel": "warning",
            "logger_class": ThroughOurs,
            "proc_name": "storekeeper",
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return web_app()


def main() -> None:
    """Gunicorn with our log, from its first line on."""
    from app.cli.logs import log_for_operators
    from app.config import load_config

    log_for_operators(load_config(), "web")
    ours, folder = os.getpid(), mkdtemp(prefix="storekeeper-metrics-")
    # Where the processes put their counts of requests together; before the app is loaded.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    try:
        WebProcesses(address=sys.argv[1], workers=int(sys.argv[2])).run()
    finally:
        if os.getpid() == ours:  # the processes that it forked end here too
            rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    follow_parent()
    main()
