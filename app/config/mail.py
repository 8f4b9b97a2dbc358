"""The settings of outgoing mail, and of where its links lead."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.config.setting import Setting

ADDRESS = re.compile(r"[^@\s,;:<>\"()\[\]\\]{1,64}@[^@\s,;:<>\"()\\]{1,255}")


def is_address(text: str) -> bool:
    """Whether a text is one email address and nothing else."""
    return ADDRESS.fullmatch(text) is not None and text.isprintable()


def _sender(text: str) -> str | None:
    return None if is_address(text) else "it must be an address such as storekeeper@example.org"


def _base_address(url: str) -> str | None:
    if re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", url):
        return None
    return "it must be an address such as https://shop.example.org"


def _patience(duration: timedelta) -> str | None:
    if timedelta(seconds=1) <= duration <= timedelta(minutes=5):
        return None
    return "it must lie between 1 s and 5 min"


MAIL_HOST: Setting[str | None] = Setting(
    "mail.host",
    None,
    "Mail server",
    "The SMTP server that takes our mail. When empty, nothing is mailed.",
    type=str,
    file_only=True,  # whoever may change it would get the password
)
MAIL_PORT = Setting(
    "mail.port",
    587,
    "Port of the mail server",
    "Usually 587 with `starttls`, 465 with `tls`, 25 with `none`.",
    validate=lambda port: None if 1 <= port <= 65535 else "it must lie between 1 and 65535",
    file_only=True,
)
MAIL_SECURITY = Setting(
    "mail.security",
    "starttls",
    "Encryption of mail",
    "`starttls` begins in the clear and goes on encrypted, `tls` is encrypted from the start, "
    "`none` is for a server on this machine. The certificate is always checked.",
    choices=("none", "starttls", "tls"),
    file_only=True,
)
MAIL_CA_FILE: Setting[Path | None] = Setting(
    "mail.ca_file",
    None,
    "Certificates of the mail server",
    "A PEM file with the authority that signed the server's certificate, where the machine does "
    "not know it.",
    type=Path,
    file_only=True,
)
MAIL_USERNAME: Setting[str | None] = Setting(
    "mail.username",
    None,
    "User at the mail server",
    "When empty, nobody logs in.",
    type=str,
    file_only=True,
)
MAIL_PASSWORD: Setting[str | None] = Setting(
    "mail.password", None, "Password at the mail server", type=str, secret=True
)
MAIL_SENDER = Setting(
    "mail.sender",
    "storekeeper@localhost",
    "Sender of mails",
    "The address that mails come from; most servers take only addresses of their own.",
    validate=_sender,
    file_only=True,
)
MAIL_TIMEOUT = Setting(
    "mail.timeout",
    timedelta(seconds=20),
    "Longest wait for the mail server",
    validate=_patience,
)
WEB_ADDRESS: Setting[str | None] = Setting(
    "web.address",
    None,
    "Address of the web app",
    "What people type to come here, such as `https://shop.example.org`; links in mails begin "
    "with it. When empty, mails have no links.",
    type=str,
    validate=_base_address,
)

MAIL_SETTINGS: tuple[Setting[Any], ...] = (
    MAIL_HOST,
    MAIL_PORT,
    MAIL_SECURITY,
    MAIL_CA_FILE,
    MAIL_USERNAME,
    MAIL_PASSWORD,
    MAIL_SENDER,
    MAIL_TIMEOUT,
    WEB_ADDRESS,
)
