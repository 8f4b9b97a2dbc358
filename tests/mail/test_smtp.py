"""Mails leave by a real server, encrypted where asked, with nothing smuggled into their headers."""

from __future__ import annotations

import logging
import socket
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from app.config import Config, Settings
from app.config.core import CORE_SETTINGS
from app.mail.smtp import AddressRefused, BadMail, MailServerDown, Smtp, TryLater
from app.testing.mail import tls_context

PEM = Path(__file__).parent / "localhost.pem"
PASSWORD = "hunter2-correct-horse"


def to(postbox, **options):
    return Smtp("127.0.0.1", postbox.port, **{"security": "none", "timeout": 5, **options})


def only_ann(server, session, envelope, mechanism, data):
    fine = (data.login, data.password) == (b"ann", PASSWORD.encode())
    return AuthResult(success=fine, handled=False)


def test_a_mail_arrives_with_what_mail_programs_ask_for(postbox):
    key = to(postbox, sender="shop@example.org").send("ann@example.org", "Käse für 2 €", "Grüße")
    [mail] = postbox.mails
    assert (mail["From"], mail["To"]) == ("shop@example.org", "ann@example.org")
    assert (mail["Subject"], mail.get_content().strip()) == ("Käse für 2 €", "Grüße")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == key
    assert key.endswith("@example.org>")
    assert parsedate_to_datetime(mail["Date"]).tzinfo is not None


def test_a_mail_may_have_html_beside_its_text(postbox):
    to(postbox).send("ann@example.org", "Both", "plain", "<b>rich</b>")
    [mail] = postbox.mails
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("subject", ["a\nBcc: eve@example.org", "a\r\nBcc: eve@example.org", "a\r"])
def test_a_header_with_a_line_end_is_refused(postbox, subject):
    with pytest.raises(BadMail):
        to(postbox).send("ann@example.org", subject, "text")
    with pytest.raises(BadMail):
        to(postbox).send("ann@example.org", "fine", "text", headers={"List-Id": subject})
    assert postbox.mails == []


@pytest.mark.parametrize(
    "address",
    ["", "ann", "ann@example.org\nbob@example.org", "ann@x.org, bob@x.org", "<ann@x.org>", "a b@x"],
)
def test_what_is_no_address_is_refused(postbox, address):
    with pytest.raises(BadMail):
        to(postbox).send(address, "Hello", "text")
    assert postbox.mails == []


def test_a_refused_address_and_a_busy_server_are_told_apart(postbox):
    postbox.answers = {"gone@example.org": "550 No such user", "busy@example.org": "451 Later"}
    with to(postbox).connected() as connection:
        with pytest.raises(AddressRefused, match="550 No such user"):
            connection.send("gone@example.org", "Hello", "text")
        with pytest.raises(TryLater, match="451 Later"):
            connection.send("busy@example.org", "Hello", "text")
        connection.send("ann@example.org", "Hello", "text")
    assert [mail["To"] for mail in postbox.mails] == ["ann@example.org"]


def test_a_server_that_is_away_is_one_sentence(postbox):
    smtp = to(postbox)
    postbox.stop()
    with pytest.raises(MailServerDown, match=r"127\.0\.0\.1:\d+: Connection refused"):
        smtp.send("ann@example.org", "Hello", "text")


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_told():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        smtp = Smtp("127.0.0.1", silent.getsockname()[1], security="none", timeout=0.3)
        with pytest.raises(MailServerDown, match="does not answer in time"):
            smtp.check()


def test_a_connection_that_breaks_in_between_is_a_server_that_is_down(postbox):
    with to(postbox).connected() as connection:
        connection.send("ann@example.org", "Hello", "text")
        connection.server.sock.shutdown(socket.SHUT_RDWR)
        with pytest.raises(MailServerDown):
            connection.send("ann@example.org", "Hello", "text")


def test_starttls_encrypts_and_the_certificate_is_checked(new_postbox):
    box = new_postbox(tls_context=tls_context(PEM), require_starttls=True)
    smtp = to(box, security="starttls")
    with pytest.raises(MailServerDown, match="certificate is not trusted"):
        smtp.send("ann@example.org", "Hello", "text")
    assert replace(smtp, ca_file=PEM).send("ann@example.org", "Hello", "text")
    assert len(box.mails) == 1


def test_a_server_without_starttls_gets_nothing(postbox):
    with pytest.raises(MailServerDown, match="STARTTLS"):
        to(postbox, security="starttls").send("ann@example.org", "Hello", "text")
    assert postbox.mails == []


def test_tls_from_the_start(new_postbox):
    box = new_postbox(ssl_context=tls_context(PEM))
    smtp = to(box, security="tls", ca_file=PEM)
    smtp.send("ann@example.org", "Hello", "text")
    assert len(box.mails) == 1
    with pytest.raises(MailServerDown, match="not trusted"):
        replace(smtp, ca_file=None).check()


def test_a_login_and_a_wrong_password_that_is_never_told(new_postbox, caplog):
    box = new_postbox(authenticator=only_ann, auth_required=True, tls_context=tls_context(PEM))
    smtp = to(box, security="starttls", ca_file=PEM, username="ann", password=PASSWORD)
    with caplog.at_level(logging.DEBUG):
        smtp.send("ann@example.org", "Hello", "text")
        with pytest.raises(MailServerDown, match="does not take our user name") as failed:
            replace(smtp, password=PASSWORD + "x").send("ann@example.org", "Hello", "text")
    ours = [record.getMessage() for record in caplog.records if "aiosmtpd" not in record.name]
    assert PASSWORD not in f"{failed.value} {smtp!r} {ours}"


def test_a_password_does_not_travel_unencrypted_to_another_machine():
    smtp = Smtp("mail.example.org", 25, security="none", username="ann", password=PASSWORD)
    with pytest.raises(MailServerDown, match="unencrypted"):
        smtp.check()


def test_the_settings_say_which_server_or_that_there_is_none():
    def settings(**told):
        values = {f"mail.{key}": text for key, text in told.items()}
        return Settings(Config.of(values), CORE_SETTINGS)

    assert Smtp.of(settings()) is None
    found = Smtp.of(settings(host="mail.example.org", sender="shop@example.org", timeout="5 s"))
    assert found == Smtp("mail.example.org", sender="shop@example.org", timeout=5)
