"""The settings of incidents: who is told, when somebody else is told, what opens one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.config.kinds import KINDS
from app.config.mail import is_address
from app.config.setting import Setting


@dataclass(frozen=True)
class Step:
    """After how long without an answer the users of a role are told."""

    after: timedelta
    role: str


def steps_of(texts: Iterable[str]) -> tuple[Step, ...]:
    """The steps that `30 min: Managers, 2 h: Administrator` means, the soonest first.

    Raises ValueError for a text that is no step.
    """
    found = [_step(text) for text in texts]
    return tuple(sorted(found, key=lambda step: step.after))


def _step(text: str) -> Step:
    duration, colon, role = text.partition(":")
    after = KINDS[timedelta].parse(duration)
    if not colon or not role.strip() or after < timedelta():
        raise ValueError(text)
    return Step(after, role.strip())


def _steps(texts: tuple[str, ...]) -> str | None:
    try:
        steps_of(texts)
    except ValueError:
        return "each step must look like 30 min: Managers"
    return None


def addresses(texts: tuple[str, ...]) -> str | None:
    """Whether each is an email address, in words where one is not."""
    wrong = [text for text in texts if not is_address(text)]
    return f"{wrong[0]} is no email address" if wrong else None


def _url(text: str) -> str | None:
    if re.fullmatch(r"https?://[^\s/?#@]+([/?][^\s#]*)?", text):
        return None
    return "it must be an address that begins with https:// or http://"


INCIDENTS_MAIL_TO: Setting[tuple[str, ...]] = Setting(
    "incidents.mail_to",
    (),
    "Addresses that get mail about incidents",
    "Beside users who asked for it on their account page, and those an incident is assigned to.",
    validate=addresses,
)
INCIDENTS_ESCALATE: Setting[tuple[str, ...]] = Setting(
    "incidents.escalate",
    ("1 h: Administrator",),
    "Who is told when nobody answers",
    "Steps such as `30 min: Managers, 2 h: Administrator`: how long an incident has waited for "
    "somebody to acknowledge it, and the role whose users get a mail then. Warnings wait.",
    validate=_steps,
)
INCIDENTS_FROM_LOGS = Setting(
    "incidents.from_logs",
    True,
    "Errors in the log open incidents",
    "Errors with one cause are one incident, which is counted.",
    file_only=True,
)
INCIDENTS_FORGET_ERRORS = Setting(
    "incidents.forget_errors",
    timedelta(days=7),
    "Close incidents of the log after",
    "An error that was not seen again for so long is taken as mended.",
    validate=lambda span: None if span > timedelta() else "it must be longer than nothing",
)
INCIDENTS_DEAD_MAN_URL: Setting[str | None] = Setting(
    "incidents.dead_man_url",
    None,
    "Address to ping",
    "A service outside that tells you when these pings stay away, since then nothing here can. "
    "When empty, nobody is pinged.",
    type=str,
    validate=_url,
)

INCIDENT_SETTINGS: tuple[Setting[Any], ...] = (
    INCIDENTS_MAIL_TO,
    INCIDENTS_ESCALATE,
    INCIDENTS_FROM_LOGS,
    INCIDENTS_FORGET_ERRORS,
    INCIDENTS_DEAD_MAN_URL,
)
