"""Checks of what is outside: the mail servers, and the certificate that browsers see."""

from __future__ import annotations

import imaplib
import smtplib
import socket
import ssl
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from app.services.health.check import Node, Verdict, bad, good, quiet, warn

PATIENCE = 4.0  # seconds
FEW_DAYS = 21


def smtp(node: Node) -> Verdict:
    """Whether the server that takes our mail greets us, encrypted where it should be."""
    host, port = node.setting("mail.host"), node.setting("mail.port") or 25
    if not host:
        return quiet("No mail server is configured.")
    security = node.setting("mail.security") or "none"
    try:
        _greet(host, port, security, node.setting("mail.ca_file"))
    except (OSError, smtplib.SMTPException) as error:
        return bad(
            "%(host)s does not take mail: %(error)s",
            "See whether it runs, and whether [mail] names it, its port and security rightly.",
            host=f"{host}:{port}",
            error=_words(error),
        )
    return good("%(host)s takes mail.", host=f"{host}:{port}")


def imap(node: Node) -> Verdict:
    """Whether the server with the mail that came back greets us."""
    host, port = node.setting("bounces.host"), node.setting("bounces.port") or 993
    if not host:
        return quiet("No mailbox is configured.")
    try:
        server = imaplib.IMAP4_SSL(
            host, port, ssl_context=ssl.create_default_context(), timeout=PATIENCE
        )
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()
    except (OSError, imaplib.IMAP4.error) as error:
        return bad(
            "%(host)s does not answer: %(error)s",
            "See whether it runs, and whether its address is right.",
            host=f"{host}:{port}",
            error=_words(error),
        )
    return good("%(host)s answers.", host=f"{host}:{port}")


def certificate(node: Node) -> Verdict:
    """How long the certificate holds that browsers see."""
    address = urlsplit(node.setting("web.address") or "")
    if address.scheme != "https" or not address.hostname:
        return quiet("People do not reach this node by https.")
    facts = {"host": address.hostname}
    try:
        ends = _end_of_certificate(address.hostname, address.port or 443)
    except ssl.SSLCertVerificationError as error:
        return bad(
            "Browsers do not trust the certificate of %(host)s: %(error)s.",
            "Renew it, and have the proxy send the whole chain.",
            error=error.verify_message,
            **facts,
        )
    except OSError as error:
        return bad(
            "%(host)s does not answer: %(error)s",
            "See whether the proxy runs, and whether [web] address is right.",
            error=_words(error),
            **facts,
        )
    days = (ends - datetime.now(UTC)).days
    if days < FEW_DAYS:
        return warn(
            "The certificate of %(host)s ends in %(days)s days.",
            "Renew it, and see why that does not happen by itself.",
            days=days,
            **facts,
        )
    return good("The certificate of %(host)s holds for %(days)s days.", days=days, **facts)


def _greet(host: str, port: int, security: str, authorities: Any) -> None:
    context = ssl.create_default_context(cafile=authorities) if security != "none" else None
    server: smtplib.SMTP
    if security == "tls":
        server = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE)
    with closing(server):
        server.ehlo_or_helo_if_needed()
        if security == "starttls":
            server.starttls(context=context)
            server.ehlo()
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def _end_of_certificate(host: str, port: int) -> datetime:
    context = ssl.create_default_context()
    with (
        socket.create_connection((host, port), timeout=PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        told: Any = secured.getpeercert()
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(told["notAfter"]), UTC)


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        return words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
