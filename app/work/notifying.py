"""Telling people of incidents by mail: once for each change of state, whatever breaks meanwhile.

A change is an event in the transaction that made it. `deliver_due` turns events into one row for
each address, and rows into mails; a row is done when the mail server has taken its mail. Stopped
between the two it sends again, with the same Message-ID. That mail itself is broken is an incident
too, shown in the app only. To be called often, by any number of processes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from app.config.incidents import INCIDENTS_MAIL_TO
from app.db import unit_of_work
from app.errors import AppError
from app.mail.smtp import AddressRefused, BadMail, Connection, MailServerDown, Smtp, TryLater
from app.models.incidents import Incident, IncidentEvent, Notification
from app.work import incidents
from app.work.incident_events import now
from app.work.incident_mail import headers_of, subject_of, text_of
from app.work.recipients import recipients

if TYPE_CHECKING:
    from app.config import Settings

SERVER_DOWN = "mail.server"
AT_ONCE = 200
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=5)


@dataclass
class Delivered:
    """What became of the mails that were due."""

    sent: int = 0
    postponed: int = 0
    refused: int = 0
    down: str | None = None
    """Why the mail server cannot be used, in a sentence."""

    @property
    def tried(self) -> int:
        return self.sent + self.postponed + self.refused


def deliver_due(
    settings: Settings, *, at: datetime | None = None, limit: int = AT_ONCE
) -> Delivered:
    """Send what is due, at most `limit` mails. Needs an application context; commits as it goes."""
    at, smtp, done = at or now(), Smtp.of(settings), Delivered()
    with unit_of_work(reason="Mails about incidents") as session:
        address_due(session, settings, at=at)
    with unit_of_work() as session:
        was_down = session.scalar(_server_incident()) is not None
        any_due = session.scalar(_due(at, trying=was_down).limit(1)) is not None
    if smtp is None:
        if was_down:  # there is no mail server any more that could be down
            incidents.recover_apart(SERVER_DOWN)
        return done
    if not any_due and not was_down:
        return done
    try:
        with smtp.connected() as connection:
            if not any_due:
                connection.noop()
            _send_all(Sending(connection, smtp, settings, at), done, limit, was_down)
    except MailServerDown as error:
        done.down = str(error)
        _say_down(smtp, done.down, at)
    return done


def address_due(session: Session, settings: Settings, *, at: datetime) -> int:
    """Find out for each new change whom to write to; return how many mails that makes."""
    query = select(IncidentEvent).where(IncidentEvent.tell, IncidentEvent.told_at.is_(None))
    query = query.options(joinedload(IncidentEvent.incident)).order_by(IncidentEvent.happened_at)
    mail_to: tuple[str, ...] = settings[INCIDENTS_MAIL_TO]
    made = 0
    lock = {"of": IncidentEvent, "skip_locked": True}
    for event in session.scalars(query.limit(1000).with_for_update(**lock)).all():  # type: ignore[arg-type]
        event.told_at = at
        if Smtp.of(settings) is None:
            continue
        for address in recipients(session, event, mail_to):
            row = insert(Notification).values(
                event_uuid=event.uuid, recipient=address, created_at=at, due_at=at
            )
            session.execute(row.on_conflict_do_nothing())
            made += 1
    session.flush()
    return made


@dataclass(frozen=True)
class Sending:
    """What is needed to send a mail."""

    connection: Connection
    smtp: Smtp
    settings: Settings
    at: datetime


def _send_all(sending: Sending, done: Delivered, limit: int, was_down: bool) -> None:
    """One mail, one transaction. The first that gets through tells that the server is well."""
    if was_down and _send_one(sending, done, trying=True) is False:
        _say_well(sending.at)  # nothing waits, and it answered
        return
    if was_down:
        _say_well(sending.at)
    while done.tried < limit and _send_one(sending, done):
        pass


def _send_one(sending: Sending, done: Delivered, *, trying: bool = False) -> bool:
    """Send the mail that waits longest; False when none does. Raises MailServerDown."""
    at, down = sending.at, None
    with unit_of_work() as session:
        due = _due(at, trying=trying).order_by(Notification.due_at, Notification.uuid).limit(1)
        row = session.scalar(due.with_for_update(of=Notification, skip_locked=True))
        if row is None:
            return False
        row.tries += 1
        try:
            _send(sending, row)
        except MailServerDown as error:
            down = error
            _postpone(row, str(error), at)
        except TryLater as error:
            done.postponed += 1
            _postpone(row, str(error), at)
        except (AddressRefused, BadMail) as error:
            done.refused += 1
            _give_up(session, row, error, at)
        else:
            done.sent += 1
            row.sent_at, row.problem = at, None
        if down is None and row.sent_at is None and row.refused_at is None:
            _give_up_if_old(session, row, at)
    if down is not None:
        raise down
    return True


def _send(sending: Sending, row: Notification) -> None:
    event, settings = row.event, sending.settings
    headers = headers_of(event, row.uuid, sending.smtp.domain)
    subject, text = subject_of(event, settings), text_of(event, settings)
    sending.connection.send(row.recipient, subject, text, headers=headers)


def _postpone(row: Notification, problem: str, at: datetime) -> None:
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(row.tries - 1, 10))
    row.due_at, row.problem = at + pause, problem


def _give_up_if_old(session: Session, row: Notification, at: datetime) -> None:
    if at - row.created_at > GIVE_UP_AFTER:
        _give_up(session, row, AddressRefused(row.problem), at)


def _give_up(session: Session, row: Notification, error: AppError, at: datetime) -> None:
    row.refused_at, row.problem = at, str(error)
    incidents.report(
        session,
        "mail.refused",
        fingerprint=f"mail.refused:{row.recipient}",
        title=f"No mail reaches {row.recipient}",
        detail=row.problem,
        severity="warning",
        mailed=False,  # a mail about mails that fail could fail
        at=at,
    )


def _due(at: datetime, *, trying: bool) -> Select[Notification]:
    """What is due; while the server is down any that waits will do to try it."""
    query = select(Notification).where(
        Notification.sent_at.is_(None), Notification.refused_at.is_(None)
    )
    return query if trying else query.where(Notification.due_at <= at)


def _server_incident() -> Select[int]:
    return select(Incident.number).where(
        Incident.fingerprint == SERVER_DOWN, Incident.closed_at.is_(None)
    )


def _say_down(smtp: Smtp, problem: str, at: datetime) -> None:
    incidents.report_apart(
        SERVER_DOWN,
        title=f"Mails cannot be sent by {smtp.host}",
        detail=f"{problem}\n\nNothing is lost: what waits is sent as soon as it answers.",
        mailed=False,
        at=at,
    )


def _say_well(at: datetime) -> None:
    """The server answers again: what waits for it is due at once."""
    with unit_of_work(reason="Mails about incidents") as session:
        incidents.recover(session, SERVER_DOWN, at=at)
        waiting = Notification.sent_at.is_(None), Notification.refused_at.is_(None)
        session.execute(
            update(Notification)
            .where(*waiting, Notification.due_at > at, Notification.problem.is_not(None))
            .values(due_at=func.least(Notification.due_at, at))
        )
