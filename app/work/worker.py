"""A worker: takes runs from the queues of Procrastinate and does them, a few at a time.

It outlives restarts of the database. Asked to stop, it takes nothing new, lets what goes on finish
for a while, and hands back the rest.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from app.db import db, unit_of_work
from app.work import heartbeats
from app.work.deferring import TASK
from app.work.executing import execute
from app.work.keeper import LOST_AFTER, keeper
from app.work.rescuing import rescue
from app.work.running import IntoRun

log = logging.getLogger("storekeeper.work")

KIND = "worker"
POLL, AGAIN, RESCUE, HEARTBEAT = 2.0, 0.5, 1.0, 2.0  # seconds
GRACE, LAST = 6.0, 1.5
"""How long what goes on may finish, and then end when it is asked to, in seconds."""


class Worker:
    """Runs until SIGTERM or SIGINT; `queues` are all when empty."""

    def __init__(
        self, app: Any, *, queues: Sequence[str] = (), concurrency: int = 2, grace: float = GRACE
    ) -> None:
        self.app = app
        self.queues = list(queues)
        self.concurrency = concurrency
        self.grace = grace
        self.registry = app.extensions["storekeeper"]
        self.settings = app.extensions["settings"]
        self._stopping = threading.Event()
        self._taking: Any = None

    def run(self) -> None:
        """Take runs until asked to stop."""
        logging.getLogger("storekeeper").addHandler(IntoRun(logging.INFO))
        logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # how runs end, we log
        threading.Thread(target=self._rescue, name="rescue", daemon=True).start()
        asyncio.run(self._main())
        self._say_goodbye()

    async def _main(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(self.concurrency + 2, "run"))
        for asked in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(asked, self._stop)
        log.info("worker started, %s at a time", self.concurrency)
        while not self._stopping.is_set():
            try:
                await self._take()
            except Exception as error:
                # Procrastinate ends when its connection does; whatever else it is, waiting helps.
                log.warning("The queue cannot be read, trying again: %s", error)
            if not self._stopping.is_set():
                await asyncio.sleep(AGAIN)
        log.info("worker stopped")

    async def _take(self) -> None:
        """Take and do runs until the database goes away or we are asked to stop."""
        import procrastinate

        queue = procrastinate.App(connector=self._connector())
        queue.task(name=TASK)(self._do)
        async with queue.open_async():
            self._taking = asyncio.create_task(
                queue.run_worker_async(
                    queues=self.queues or None,  # type: ignore[arg-type]  # as its documentation has it
                    concurrency=self.concurrency,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=POLL,
                    delete_jobs="always",
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=LOST_AFTER,
                )
            )
            try:
                await self._taking
            except asyncio.CancelledError:
                if not self._stopping.is_set():
                    raise

    def _connector(self) -> Any:
        from procrastinate import PsycopgConnector

        with self.app.app_context():
            url = db.engines[None].engine.url.set(drivername="postgresql")
        return PsycopgConnector(
            conninfo=url.render_as_string(hide_password=False),
            min_size=1,
            max_size=4,
            timeout=5,
            kwargs={"application_name": "storekeeper worker", "connect_timeout": 5},
        )

    def _do(self, run: str) -> None:
        with self.app.app_context():
            try:
                execute(UUID(run), settings=self.settings, registry=self.registry)
            except SQLAlchemyError as error:
                # It was not claimed, or how it ended could not be noted: rescue finds it.
                log.warning("Run %s could not be begun: %s", run, error)

    def _stop(self) -> None:
        if self._stopping.is_set():
            return
        self._stopping.set()
        if self._taking is not None:
            self._taking.cancel()
        threading.Thread(target=self._let_go, name="let go", daemon=True).start()

    def _let_go(self) -> None:
        """Hand back what did not finish in time; what does not even hear ends with the process."""
        with self.app.app_context():
            watch = keeper()
        if _waited(lambda: not watch.runs, self.grace):
            return
        watch.hand_back()
        if not _waited(lambda: not watch.runs, LAST):
            log.error(
                "%s runs do not stop; their process ends, and they begin anew", len(watch.runs)
            )
            os._exit(1)

    def _rescue(self) -> None:
        beaten = -heartbeats.EVERY.total_seconds()
        looked = time.time()
        while not self._stopping.wait(RESCUE):
            if time.time() - looked > LOST_AFTER and self._stopping.wait(2 * HEARTBEAT):
                return  # this machine slept; what runs here must first say that it lives
            looked = time.time()
            try:
                with self.app.app_context(), unit_of_work(by="worker") as session:
                    rescue(session, self.registry)
                    if time.monotonic() - beaten >= heartbeats.EVERY.total_seconds():
                        heartbeats.beat(session, KIND)
                        beaten = time.monotonic()
            except SQLAlchemyError as error:
                log.warning("Lost runs could not be looked for, trying again: %s", error)
            except Exception:  # such as an error of the queue, which has errors of its own
                log.exception("The search for lost runs stumbled, trying again.")

    def _say_goodbye(self) -> None:
        try:
            with self.app.app_context(), unit_of_work(by="worker") as session:
                heartbeats.leave(session, KIND)
        except SQLAlchemyError as error:
            log.warning("The end of this worker could not be noted: %s", error)


def _waited(done: Any, seconds: float) -> bool:
    """Whether something came about within so many seconds."""
    pause = threading.Event()
    for _ in range(int(seconds * 20)):
        if done():
            return True
        pause.wait(0.05)
    return bool(done())
