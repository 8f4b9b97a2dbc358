"""A plain notifier: one mail to one address, by the SMTP server of the settings.

smtp = Smtp.of(settings)
smtp.send("ann@example.org", "Freezer 3 is too warm", "It has -9 °C since 14:02.")
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from app.config.mail import (
    MAIL_CA_FILE,
    MAIL_HOST,
    MAIL_PASSWORD,
    MAIL_PORT,
    MAIL_SECURITY,
    MAIL_SENDER,
    MAIL_TIMEOUT,
    MAIL_USERNAME,
    is_address,
)
from app.errors import AppError

if TYPE_CHECKING:
    from app.config import Settings

TEMPORARY = range(400, 500)


class MailServerDown(AppError):
    """The mail server cannot be used; look at [mail] in the configuration."""


class BadMail(AppError):
    """This mail cannot be written: an address or a header is not one."""


class TryLater(AppError):
    """The mail server does not take this mail now."""


class AddressRefused(AppError):
    """The mail server does not take mail for this address."""


@dataclass(frozen=True)
class Smtp:
    """How mail leaves the shop. What goes wrong is one of the errors above, in a sentence."""

    host: str
    port: int = 587
    security: str = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    sender: str = "storekeeper@localhost"
    timeout: float = 20
    ca_file: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> Smtp | None:
        """That of the settings; None where nothing is to be mailed."""
        host = settings[MAIL_HOST]
        if not host:
            return None
        return cls(
            host, settings[MAIL_PORT], settings[MAIL_SECURITY], settings[MAIL_USERNAME],
            settings[MAIL_PASSWORD], settings[MAIL_SENDER],
            settings[MAIL_TIMEOUT].total_seconds(), settings[MAIL_CA_FILE],
        )  # fmt: skip

    @property
    def domain(self) -> str:
        """The domain that our mails come from."""
        return self.sender.rpartition("@")[2]

    def send(
        self,
        to: str,
        subject: str,
        text: str,
        html: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Send one mail over a connection of its own; return its Message-ID."""
        with self.connected() as connection:
            return connection.send(to, subject, text, html, headers=headers)

    def check(self) -> None:
        """Connect, log in and say NOOP. Raises MailServerDown."""
        with self.connected() as connection:
            connection.noop()

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """A connection for several mails."""
        server = self._greeted()
        try:
            yield Connection(self, server)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _greeted(self) -> smtplib.SMTP:
        if self.username and self.security == "none" and not _is_here(self.host):
            raise MailServerDown(
                f"The password for {self.host} would travel unencrypted; "
                "set security = starttls or tls under [mail]."
            )
        try:
            return self._open()
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise MailServerDown(f"The mail server {self._place}: {_words(error)}") from None

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context(cafile=self.ca_file) if self._encrypts else None
        server: smtplib.SMTP
        if self.security == "tls":
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            server.ehlo_or_helo_if_needed()
            if self.security == "starttls":
                server.starttls(context=context)
                server.ehlo()
            if self.username:
                server.login(self.username, self.password or "")
        except BaseException:
            server.close()
            raise
        return server

    @property
    def _encrypts(self) -> bool:
        return self.security != "none"

    @property
    def _place(self) -> str:
        return f"{self.host}:{self.port}"


class Connection:
    """An open way to the mail server."""

    def __init__(self, smtp: Smtp, server: smtplib.SMTP) -> None:
        self.smtp, self.server = smtp, server

    def send(
        self,
        to: str,
        subject: str,
        text: str,
        html: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Send one mail; return its Message-ID.

        Raises BadMail, AddressRefused, TryLater (this mail, later) and MailServerDown (all mails).
        """
        mail = message(self.smtp, to, subject, text, html, headers=headers)
        try:
            self.server.send_message(mail, self.smtp.sender, [to])
        except smtplib.SMTPRecipientsRefused as error:
            code, answer = next(iter(error.recipients.values()))
            raise _refused(code, answer) from None
        except smtplib.SMTPNotSupportedError as error:
            raise AddressRefused(_words(error)) from None
        except smtplib.SMTPDataError as error:
            self._reset()
            raise _refused(error.smtp_code, error.smtp_error) from None
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerDown(f"The mail server {self.smtp._place}: {_words(error)}") from None
        return str(mail["Message-ID"])

    def noop(self) -> None:
        """Ask whether it is still there. Raises MailServerDown."""
        try:
            self.server.noop()
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerDown(f"The mail server {self.smtp._place}: {_words(error)}") from None

    def _reset(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self.server.rset()


def message(
    smtp: Smtp,
    to: str,
    subject: str,
    text: str,
    html: str | None = None,
    *,
    headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    """The mail as it is sent: written by a program, so that no vacation answers it (RFC 3834).

    Raises BadMail for an address that is none, and for a header with a line end in it.
    """
    if not is_address(to):
        raise BadMail(f"{to[:100]!r} is no address to write to.")
    if not all(value.isprintable() for value in (subject, *(headers or {}).values())):
        raise BadMail("A header of this mail has a line end or another control character in it.")
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = Address(addr_spec=smtp.sender)
        mail["To"] = Address(addr_spec=to)
        mail["Subject"] = subject
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        for name, value in (headers or {}).items():
            mail[name] = value
        if "Message-ID" not in mail:
            mail["Message-ID"] = make_msgid(domain=smtp.domain)
    except (ValueError, HeaderParseError, IndexError) as error:
        raise BadMail(f"A header of this mail is none: {error}") from None
    mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    return mail


def _refused(code: int, answer: bytes | str) -> AppError:
    told = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    kind = TryLater if code in TEMPORARY else AddressRefused
    return kind(f"{code} {_printable(told)}")


def _words(error: Exception) -> str:
    """What went wrong, without what we sent: an answer may quote a password."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "it does not take our user name and password"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, smtplib.SMTPResponseException):
        told = error.smtp_error
        text = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
        return _printable(f"{error.smtp_code} {text}")
    if isinstance(error, TimeoutError) or str(error).endswith("timed out"):
        return "it does not answer in time"
    return _printable(getattr(error, "strerror", None) or str(error) or type(error).__name__)


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)[:300]


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
