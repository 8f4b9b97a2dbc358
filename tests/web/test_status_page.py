"""The status page and what programs ask: the worst first, a fact each, and what to do."""

import pytest
from lxml import html

from app.services.health import Check, Looked, bad, good, warn


@pytest.fixture
def seen(app, monkeypatch):
    """Puts verdicts in place of those of this machine."""

    def put(**verdicts):
        found = [
            Looked(Check(key, key.title(), lambda node: None), one, 0.01)
            for key, one in verdicts.items()
        ]

        class Seen:
            def seen(self):
                return found

        monkeypatch.setitem(app.extensions, "health", Seen())

    return put


FULL = bad("%(free)s GB are free.", "Make room.", free=0)
SLOW = warn("It is slow.", "See what keeps it busy.")


def rows(page):
    return [
        " ".join(" ".join(row.itertext()).split())
        for row in html.fromstring(page.text).cssselect("tbody tr")
    ]


def test_what_is_broken_comes_first_with_what_to_do(signed_in, seen):
    seen(workers=good("%(count)s run.", count=2), queues=SLOW, disk=FULL)
    page = signed_in("status.view").get("/status")
    assert rows(page) == [
        "Disk Broken 0 GB are free. Make room. 10 ms",
        "Queues Look soon It is slow. See what keeps it busy. 10 ms",
        "Workers Fine 2 run. 10 ms",
    ]


@pytest.mark.parametrize(
    ("verdicts", "tone", "sentence"),
    [
        ({"disk": FULL, "queues": SLOW}, "bad", "One part does not work."),
        ({"queues": SLOW, "clock": SLOW}, "warn", "All works; 2 parts need a look soon."),
        ({"queues": good("Fine.")}, "good", "All is well."),
    ],
)
def test_one_sentence_tells_whether_all_is_well(signed_in, seen, verdicts, tone, sentence):
    seen(**verdicts)
    page = html.fromstring(signed_in("status.view").get("/status").text)
    [notice] = page.cssselect("main .notice")
    assert sentence in notice.text_content()
    assert tone in notice.classes


def test_the_first_page_tells_only_what_somebody_should_look_at(signed_in, seen):
    seen(workers=good("Fine."), clock=good("Fine."), disk=FULL)
    told = " ".join(
        html.fromstring(signed_in("status.view").get("/status/summary").text).text_content().split()
    )
    assert "0 GB are free." in told
    assert "2 parts are fine" in told


def test_anybody_may_ask_whether_it_lives_and_is_told_no_facts(client, seen):
    seen(disk=FULL)
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "degraded")
    assert "disk: Disk" in answer.json["faults"]
    assert "GB" not in answer.text


def test_the_status_page_needs_a_permission(signed_in):
    assert signed_in("products.list").get("/status").status_code == 403
