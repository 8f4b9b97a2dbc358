"""Warnings mode: a run that should have changed nothing, and did, is mailed with what it changed.

The mail is asked for in the transaction of the run, so that it goes out where that commits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config.core import SHOP_NAME, WEB_LOCALE
from app.config.importing import IMPORT_WARN_TO
from app.config.incidents import INCIDENTS_MAIL_TO
from app.config.mail import WEB_ADDRESS
from app.db import unit_of_work
from app.errors import AppError
from app.importing.report import Report
from app.mail.smtp import AddressRefused, BadMail, MailServerDown, Smtp, TryLater
from app.mail.words import words_in
from app.models.imports import ImportChange
from app.models.runs import Run
from app.services import import_changes
from app.work import incidents
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
    smtp, to = Smtp.of(settings), _addresses(running)
    if smtp is None or not to:
        running.message = "Nobody was told: there is no mail server, or no address to write to."
        return
    with unit_of_work() as session:
        found = session.get_one(Run, run)
        subject, text = _subject(found, settings), "\n".join(_lines(session, found, settings))
    told = []
    with smtp.connected() as connection:
        for address in to:
            headers = {"Message-ID": f"<warning.{uuid5(run, address)}@{smtp.domain}>"}
            try:
                connection.send(address, subject, text, headers=headers)
            except (AddressRefused, BadMail) as error:
                told.append(_refused(address, error))
            except TryLater:
                if len(to) == 1:
                    raise  # this run is tried again, and nobody gets it twice
                told.append(_later(run, address))
            else:
                told.append(f"Told {address}.")
    running.message = " ".join(told)


def _addresses(running: Running) -> Sequence[str]:
    if one := running.parameters.get("to"):
        return (one,)
    return running.settings[IMPORT_WARN_TO] or running.settings[INCIDENTS_MAIL_TO]


def _refused(address: str, error: AppError) -> str:
    """One address that is wrong does not keep it from the others."""
    title = f"No mail reaches {address}"
    incidents.report_apart(
        "mail.refused", fingerprint=f"mail.refused:{address}", title=title, detail=str(error),
        severity="warning", mailed=False,
    )  # fmt: skip
    return f"{title}: {error}"


def _later(run: UUID, address: str) -> str:
    with unit_of_work(by="import") as session:
        asked = {"run": str(run), "to": address}
        defer(session, WARNING, asked, by="import", key=f"warn:{run}:{address}")
    return f"{address} is told later."


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
