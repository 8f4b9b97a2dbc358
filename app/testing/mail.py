"""A real mail server for tests: it listens on this machine and keeps what it gets."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from app.testing.browser import free_port


class Postbox:
    """An SMTP server that can be stopped and started again on the same port.

    `answers` says what it answers to RCPT for an address, such as "550 No such user".
    """

    def __init__(self, **options: Any) -> None:
        self.options, self.port = options, 0
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self._controller: Any = None

    @property
    def config(self) -> dict[str, str]:
        """The settings by which mail goes here."""
        return {"mail.host": "127.0.0.1", "mail.port": str(self.port), "mail.security": "none"}

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails]

    def start(self) -> None:
        from aiosmtpd.controller import Controller

        self.port = self.port or free_port()
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, ready_timeout=10, **self.options
        )
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    # -- what aiosmtpd calls --

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 Taken"


@pytest.fixture
def new_postbox() -> Iterator[Callable[..., Postbox]]:
    """Starts mail servers: `new_postbox(tls_context=…, require_starttls=True)`."""
    started: list[Postbox] = []

    def start(**options: Any) -> Postbox:
        box = Postbox(**options)
        box.start()
        started.append(box)
        return box

    yield start
    for box in started:
        box.stop()


@pytest.fixture
def postbox(new_postbox: Callable[..., Postbox]) -> Postbox:
    """A mail server in the clear, without passwords."""
    return new_postbox()


def tls_context(file: Any) -> ssl.SSLContext:
    """What a server needs for TLS: a file with key and certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
