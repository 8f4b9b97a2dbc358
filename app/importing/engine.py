"""The engine: one run of a handler, in one transaction, from the first row to the change set."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from time import perf_counter
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import Session

from app.db import connection_to, unit_of_work
from app.db.unit_of_work import Person, change_set_of
from app.importing import schema, warning, withholding
from app.importing.applying import Applying
from app.importing.checks import checks_of_feed, checks_of_importer, checks_of_references
from app.importing.choosing import chosen
from app.importing.comparison import Comparison
from app.importing.creating import with_creators
from app.importing.differences import Spool
from app.importing.errors import HasRejectedRows
from app.importing.feed import Feed, Progress
from app.importing.guards import Guards, TooFewRows
from app.importing.importer import check_declarations
from app.importing.importer_rows import ImporterRows
from app.importing.interrupting import interruptible
from app.importing.locking import take_lock
from app.importing.noting import noted
from app.importing.options import PLAIN, Options
from app.importing.records import RecordFeed
from app.importing.report import Rejects, Report, first_of
from app.importing.stage import Stage
from app.services import sales_databases
from app.work import runs
from app.work.running import Running

if TYPE_CHECKING:
    from app.importing.handler import ImportHandler
    from app.importing.importer import TableImporter

log = logging.getLogger("storekeeper.importing")


class Engine:
    """Runs a handler. `progress` is told the phase and the rows read.

    `running` is the run that a worker has begun for it; without one it begins a run itself.
    """

    def __init__(
        self,
        handler: ImportHandler,
        *,
        progress: Progress | None = None,
        rejects_to: IO[str] | None = None,
        running: Running | None = None,
        options: Options = PLAIN,
    ) -> None:
        self.handler = handler
        self.options = handler.options = options
        declared = chosen(handler.chosen(), options)
        # Before what is made from them, which can only be made of declarations without faults.
        check_declarations(declared)
        self.importers = with_creators(declared, options)
        self.running = running
        self._tell: Progress = progress or (lambda phase, rows: None)
        self._read = 0
        self.rejects = Rejects(rejects_to)
        self.feeds: list[tuple[Feed, Stage]] = []
        self.comparisons: list[Comparison] = []

    def run(self, *, by: Person | str | None, reason: str | None, dry_run: bool) -> Report:
        """Import all or nothing; the run row tells how it ended, whatever happens."""
        start = perf_counter()
        with noted(self.running, self.handler, by, reason, dry_run) as running:
            self.running = running
            report = Report(running.run, self.handler.key, dry_run)
            with self._unit_of_work(running, reason, dry_run=dry_run) as session:
                with self._target(session, dry_run=dry_run) as target:
                    connection = connection_to(target, self.handler.bind)
                    guards = Guards(self.handler, self.options, session)
                    with running.watching(connection):
                        spool = self._work(connection, guards, report)
                    running.require_ours(session)
                if not dry_run:
                    report.change_set_id = change_set_of(session)
                    self._note_success(session, report, spool)
                self.progress("committing", 0)
            if dry_run:
                with unit_of_work(by=by) as session:
                    self._note_success(session, report, spool)
        report.state = "succeeded"
        report.seconds = perf_counter() - start
        return report

    def progress(self, phase: str, rows: int) -> None:
        """Tell whoever looks how far this is. Raises Stopped."""
        self._read += rows
        if self.running:
            # Of the other phases nobody knows how long they take.
            expected = self.handler.expected_rows() if phase == "reading" else 0
            self.running.progress(self._read, expected, phase)
        self._tell(phase, rows)

    def _unit_of_work(
        self, running: Running, reason: str | None, *, dry_run: bool
    ) -> AbstractContextManager[Session]:
        return running.unit_of_work(
            origin="import", reason=reason, dry_run=dry_run, versioning=self.options.versioning
        )

    @contextmanager
    def _target(self, session: Session, *, dry_run: bool) -> Iterator[Session]:
        """The session that writes. Another database than the core commits before it, so that a
        run never says succeeded of what is not there."""
        if self.handler.bind == "core":
            yield session
        else:
            with unit_of_work(dry_run=dry_run) as target:
                sales_databases.choose(target, self.handler.database)
                yield target

    def _work(self, connection: Connection, guards: Guards, report: Report) -> Spool | None:
        take_lock(connection, self.handler.key)
        # A page's limit on queries is none of an import's, also where a page has started it.
        connection.execute(
            text(
                "SELECT set_config('work_mem', '64MB', true), "
                "set_config('statement_timeout', '0', true)"
            )
        )
        with interruptible(connection), self.handler.open_source() as source, ExitStack() as ends:
            with report.timed("read"):
                self._stage(connection, source)
            self._require_enough()
            with report.timed("check"):
                self.handler.when_staged(connection)
                self._check()
                records = self._count()
            self._require_clean()
            applying = Applying(
                connection, guards, report,
                keeps_all=report.dry_run or self.options.warn,
                when_withheld=self._check_references,
            )  # fmt: skip
            for comparison in self.comparisons:
                comparison.prepare(self.handler, ends)
                applying.bring(comparison, records[comparison], self)
            self._delete(report, applying)
            with report.timed("finish"):
                self.handler.when_applied(connection)
            self._require_clean()  # before a target beyond our transaction hears that all is well
            with report.timed("report"):
                self._gather(report)
                return applying.spool(report.run)

    def _require_enough(self) -> None:
        """A source that was cut off is no order to delete, nor to do anything."""
        least = self.options.min_rows
        least = self.handler.min_rows if least is None else least
        if least and self._rows_read() < least:
            raise TooFewRows(
                f"The source has {self._rows_read():,} rows, and at least {least:,} are expected; "
                "nothing was written."
            )

    def _rows_read(self) -> int:
        return sum(feed.read for feed, _ in self.feeds)

    def _stage(self, connection: Connection, source: Any) -> None:
        """Read every feed once, and let each importer know from which stage it takes its rows."""
        filled: dict[type[Any], tuple[Feed, Stage]] = {}
        parameters = self.handler.parameters()
        for importer in self.importers:
            origin = importer.beside or importer
            subset = self.handler.subset.get(importer.name())
            place = origin.feed or origin
            if place not in filled:
                filled[place] = self._filled(connection, self._feed(origin, source))
            staged = filled[place]
            rows = ImporterRows(importer, *staged, parameters, subset)
            if rows.is_possible:
                self.comparisons.append((importer.comparison or Comparison)(rows))

    def _feed(self, importer: type[TableImporter], source: Any) -> Feed:
        if importer.feed is not None:
            return self.handler.feed(importer.feed, source)
        subset = self.handler.subset.get(importer.name())
        return RecordFeed(importer(source, keys=subset))

    def _filled(self, connection: Connection, feed: Feed) -> tuple[Feed, Stage]:
        stage = Stage(connection, feed.name, feed.types)
        before = self.rejects.mark()
        self.rejects.header(feed.header, feed.delimiter)
        stage.fill([*feed.present, "line"], feed.chunks(self.rejects, self.progress))
        if feed.must_repeat():
            stage.empty()
            self.rejects.back_to(before)
            self.progress("reading again", 0)
            stage.fill([*feed.present, "line"], feed.chunks(self.rejects, self.progress))
        stage.analyze()
        self.feeds.append((feed, stage))
        return feed, stage

    def _check(self) -> None:
        """Take out of the stages whatever cannot be taken by all importers."""
        self.progress("checking", 0)
        for feed, stage in self.feeds:
            for query in checks_of_feed(feed, stage.table):
                stage.reject(query)
        for comparison in self.comparisons:
            self._reject(comparison, checks_of_importer(comparison.rows))
        self._check_references()

    def _check_references(self) -> None:
        """Take out what refers to objects that are not there and will not be created."""
        everyone = [comparison.rows for comparison in self.comparisons]
        before = -1
        while before != (before := sum(stage.revision for _, stage in self.feeds)):
            for comparison in self.comparisons:
                self._reject(comparison, checks_of_references(comparison.rows, everyone))

    def _reject(self, comparison: Comparison, queries: Iterable[Any]) -> None:
        for query in queries:
            comparison.counts.rejected += comparison.rows.stage.reject(query)

    def _count(self) -> dict[Comparison, int]:
        """How many records each importer has, by one look at each stage."""
        found: dict[Comparison, int] = {}
        for _, stage in self.feeds:
            here = [c for c in self.comparisons if c.rows.stage is stage]
            if here:
                query = select(*[c.rows.count() for c in here]).select_from(stage.table)
                found |= zip(here, stage.connection.execute(query).one(), strict=True)
        return found

    def _delete(self, report: Report, applying: Applying) -> None:
        deleting = [c for c in reversed(self.comparisons) if c.importer.delete]
        for comparison in deleting:
            # What was rejected is still in the source, and an empty source is no order to delete.
            rejected = self._has_rejected()
            if rejected or not comparison.rows.feed.read:
                report.notes.append(
                    f"Nothing was deleted of {_words(comparison)}: "
                    + ("rows were rejected." if rejected else "the source is empty.")
                )
            else:
                applying.delete(comparison, self)

    def _has_rejected(self) -> bool:
        return bool(self.rejects.count) or any(stage.revision for _, stage in self.feeds)

    def _require_clean(self) -> None:
        """Where any row was rejected, a strict run writes nothing."""
        if self.options.strict and self._has_rejected():
            self._add_rejections()
            raise HasRejectedRows(first_of(self.rejects))

    def _gather(self, report: Report) -> None:
        self._add_rejections()
        report.read = self._rows_read()
        report.counts = {c.name: c.counts for c in self.comparisons}
        report.rejected = sorted(self.rejects.kept, key=lambda row: row.line)
        report.rejected_count = self.rejects.count
        report.source = schema.schema_of_feeds(self.feeds) | dict(self.handler.facts())
        report.notes += self.handler.notes()

    def _add_rejections(self) -> None:
        for feed, stage in self.feeds:
            if stage.revision:
                for line, reason, cells in feed.with_cells(stage.rejections()):
                    self.rejects.add(line, reason, cells)

    def _note_success(self, session: Session, report: Report, spool: Spool | None) -> None:
        """In the transaction of the work, so that both hold or neither."""
        if spool is not None:
            spool.store(connection_to(session, "core"))
            spool.close()
        schema.tell(session, self.handler, report)
        # We were alone, by the lock: whoever else says to be running was killed.
        runs.lose_others(session, self.handler.run_key(), report.run)
        runs.succeed(
            session,
            report.run,
            counts=report.as_counts(),
            change_set_id=report.change_set_id,
            rejected=report.rejected,
            facts=report.source,
            message=report.message,
        )
        if not report.dry_run:
            withholding.tell(session, self.handler, report)
            warning.tell(session, self.handler, report)


def _words(comparison: Comparison) -> str:
    return comparison.name.replace("_", " ")
