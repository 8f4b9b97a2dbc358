"""Pages of emails: those that were sent, and those that came back."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.models.emails import ATTEMPT_STATES, EmailAttempt, EmailBounce
from app.services import bounces
from app.web import formats
from app.web.auth import this_user
from app.web.master import (
    Choice,
    Column,
    Contains,
    Fact,
    Field,
    Form,
    Grid,
    MasterView,
    Move,
    Moves,
)
from app.web.master.words import words

TONES = {"waiting": "info", "sent": "good", "failed": "bad"}


def state_badge(attempt):
    return TONES[attempt.state], words(attempt.state)


def bounce_badge(bounce):
    return ("good", _("Dealt with")) if bounce.processed_at else ("warn", _("Open"))


class EmailAttemptView(MasterView):
    key, model, title, icon = "email_attempts", EmailAttempt, _l("Email"), "mail"
    plural = _l("Emails")
    lead = _l("Every email that was sent, or should have been.")
    allow = frozenset({"list", "view"})
    grid = Grid(
        Column(EmailAttempt.attempted_at, label=_l("When"), card="code"),
        Column(EmailAttempt.subject, link=True, card="title", filter=Contains(shown=True)),
        Column("recipients", lambda one: ", ".join(one.recipients), label=_l("To"), card="detail"),
        Column(EmailAttempt.sender, hidden=True),
        Column(EmailAttempt.email_type, label=_l("Kind")),
        Column("state_", state_badge, label=_l("State"), show="badge", card="state-cell"),
        Column(EmailAttempt.state, hidden=True, filter=Choice(shown=True, words=ATTEMPT_STATES)),
        Column(EmailAttempt.message, hidden=True),
        sort=EmailAttempt.attempted_at,
        descending=True,
    )
    form = Form(
        EmailAttempt.attempted_at,
        EmailAttempt.email_type,
        EmailAttempt.sender,
        EmailAttempt.message,
    )

    def facts_of(self, record):
        sent_to = (
            (_("To"), record.recipients),
            (_("Copies"), record.copies),
            (_("Blind copies"), record.blind_copies),
        )
        people = [Fact(title, ", ".join(found)) for title, found in sent_to if found]
        return [*super().facts_of(record), *people]

    def state_of(self, record):
        return state_badge(record)


class EmailBounceView(Moves, MasterView):
    key, model, title, icon = "email_bounces", EmailBounce, _l("Bounce"), "mail"
    plural = _l("Bounces")
    lead = _l("Emails that came back, since somebody could not be reached.")
    allow = frozenset({"list", "view", "edit", "delete"})
    notes = False
    grid = Grid(
        Column(EmailBounce.bounced_at, label=_l("When"), card="code"),
        Column(EmailBounce.address, link=True, card="title", filter=Contains(shown=True)),
        Column(EmailBounce.subject, card="detail"),
        Column(EmailBounce.mailbox, hidden=True),
        Column(EmailBounce.received_by, hidden=True),
        Column("state_", bounce_badge, label=_l("State"), show="badge", card="state-cell"),
        Column(EmailBounce.processed_at, label=_l("Dealt with"), hidden=True),
        Column(EmailBounce.processed_by, hidden=True),
        sort=EmailBounce.bounced_at,
        descending=True,
    )
    form = Form(Field(EmailBounce.notes, lines=4))
    facts = (
        "address", "bounced_at", "subject", "reason", "mailbox", "received_by", "recipient_key",
        "processed_at", "processed_by", "notes",
    )  # fmt: skip

    def state_of(self, record):
        return bounce_badge(record)

    def moves_of(self, record):
        if record.processed_at is not None:
            return []
        return [
            Move("invalidate", _("Write there no more"), "circle-x", "primary"),
            Move("process", _("Only mark as dealt with"), "check"),
        ]

    def make_move(self, record, key, note):
        count = bounces.process(
            self.session, record, by=this_user(), at=formats.now(), invalidate=key == "invalidate"
        )
        if key == "invalidate":
            return ngettext(
                "One address is marked as not valid.", "%(num)s addresses are marked as not valid.",
                count,
            )  # fmt: skip
        return None
