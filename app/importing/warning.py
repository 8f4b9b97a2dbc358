"""Warnings mode: a run that should have changed nothing, and did, is mailed with what it changed.

The mail is asked for in the transaction of the run, so that it goes out where that commits.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config.core import SHOP_NAME, WEB_LOCALE
from app.config.importing import IMPORT_WARN_TO
from app.config.incidents import INCIDENTS_MAIL_TO
from app.config.mail import WEB_ADDRESS
from app.db import unit_of_work
from app.importing.report import Report
from app.mail.smtp import MailServerDown, Smtp, TryLater
from app.mail.words import words_in
from app.models.imports import ImportChange
from app.models.runs import Run
from app.services import import_changes
from app.work.deferring import defer
from app.work.running import Running
from app.work.work import Retry, Work

if TYPE_CHECKING:
    from app.config import Settings
    from app.importing.handler import ImportHandler

SHOWN = 50


def tell(session: Session, handler: ImportHandler, report: Report) -> None:
    """Ask for the mail, where this run should have changed nothing and did."""
    if handler.options.warn and (report.changed or report.withheld):
        defer(session, WARNING, {"run": str(report.run)}, by="import", key=f"warn:{report.run}")


def _mail(running: Running) -> None:
    """Send it to each address; sent again after a failure, it has the same Message-ID."""
    settings, run = running.settings, UUID(running.parameters["run"])
    smtp, to = Smtp.of(settings), settings[IMPORT_WARN_TO] or settings[INCIDENTS_MAIL_TO]
    if smtp is None or not to:
        running.message = "Nobody was told: there is no mail server, or no address to write to."
        return
    with unit_of_work() as session:
        found = session.get_one(Run, run)
        subject, text = _subject(found, settings), "\n".join(_lines(session, found, settings))
    with smtp.connected() as connection:
        for place, address in enumerate(to):
            headers = {"Message-ID": f"<warning.{run}.{place}@{smtp.domain}>"}
            connection.send(address, subject, text, headers=headers)
    running.message = f"Told {', '.join(to)}."


def _subject(run: Run, settings: Settings) -> str:
    _ = words_in(settings[WEB_LOCALE])
    told = _("Unexpected changes: %(title)s") % {"title": run.title}
    return f"[{' '.join(settings[SHOP_NAME].split())}] {told}"


def _lines(session: Session, run: Run, settings: Settings) -> Iterator[str]:
    _ = words_in(settings[WEB_LOCALE])
    base = (settings[WEB_ADDRESS] or "").rstrip("/")
    yield _("This import should have changed nothing, and it did:")
    yield ""
    for kind in import_changes.summary(session, run.uuid):
        yield f"  {kind.importer}: {kind.action} {kind.many:,} ({kind.state})"
    yield ""
    query = select(ImportChange).where(ImportChange.run_uuid == run.uuid)
    changes = session.scalars(query.order_by(ImportChange.uuid).limit(SHOWN + 1)).all()
    for change in changes[:SHOWN]:
        yield f"{change.action} {change.importer} {change.key}"
        for name in sorted(change.before.keys() | change.after.keys()):
            yield f"    {name}: {change.before.get(name)} -> {change.after.get(name)}"
        if base:
            yield f"    {base}/import-changes/{change.uuid}"
    if len(changes) > SHOWN:
        yield _("There are more; the page of the run has them all.")
    if base:
        yield ""
        yield f"{base}/runs/{run.uuid}"


WARNING = Work(
    "import_warning", "Mail about unexpected changes", run=_mail, kind="mail", again=False,
    retry=Retry(attempts=8, wait=timedelta(minutes=1), on=(MailServerDown, TryLater, OSError)),
)  # fmt: skip
