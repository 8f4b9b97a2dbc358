"""/metrics: for those who have the key or are on this machine, with figures that are true."""

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

TOKEN = "only-for-prometheus-0123456789"


def figures(answer):
    assert answer.status_code == 200
    return {
        (one.name, *(value for _, value in sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for one in family.samples
    }


@pytest.fixture(scope="module")
def with_token(app_config):
    from app import create_app

    return create_app({**app_config, "metrics.token": TOKEN}).test_client()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 401),
        ({"Authorization": f"Bearer {TOKEN}x"}, 401),
        ({"Authorization": "Bearer é"}, 401),
        ({"Authorization": f"Bearer {TOKEN}"}, 200),
    ],
)
def test_with_a_key_only_who_has_it_may_read(with_token, given, status):
    assert with_token.get("/metrics", headers=given).status_code == status


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 403),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 403),
    ],
)
def test_without_a_key_only_this_machine_may_read(client, address, headers, status):
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_requests_are_counted_by_endpoint_and_status(client):
    before = figures(client.get("/metrics"))
    client.get("/healthz")
    client.get("/nothing-here")
    after = figures(client.get("/metrics"))

    def more(*key):
        return after.get(key, 0) - before.get(key, 0)

    assert more("storekeeper_requests_total", "status.healthz", "GET", "200") == 1
    assert more("storekeeper_requests_total", "unknown", "GET", "404") == 1
    assert more("storekeeper_request_seconds_count", "status.healthz") == 1


def test_the_figures_of_the_queue_are_true(own_database, tmp_path):
    from app import create_app
    from app.db import db

    app = create_app({**own_database, "data.folder": str(tmp_path)})
    with app.app_context():
        with db.engines[None].begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO run (kind, key, title, state, queue, asked_at, started_at,"
                    " finished_at) VALUES"
                    " ('job', 'x', 'X', 'waiting', 'slow', now() - interval '90 s', NULL, NULL),"
                    " ('job', 'x', 'X', 'waiting', 'slow', now(), NULL, NULL),"
                    " ('job', 'x', 'X', 'running', 'slow', now(), now(), NULL),"
                    " ('job', 'x', 'X', 'failed', 'slow', now(), now() - interval '4 s', now())"
                )
            )
            connection.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
        told = figures(app.test_client().get("/metrics"))
        for engine in db.engines.values():
            engine.dispose()
    assert told["storekeeper_database_up", "core"] == 1
    assert told["storekeeper_queue_runs", "slow", "waiting"] == 2
    assert 89 < told["storekeeper_queue_oldest_seconds", "slow"] < 150
    assert told["storekeeper_runs_day", "job", "failed"] == 1
    assert told["storekeeper_run_duration_seconds", "job", "0.5"] == pytest.approx(4, abs=0.1)
    assert told["storekeeper_workers",] == 1


def test_without_the_database_it_tells_that(closed_port, tmp_path):
    from app import create_app

    away = {
        f"db.{name}": f"postgresql://nobody@127.0.0.1:{closed_port}/{name}"
        for name in ("url", "trainwreck_url", "tempmon_url")
    }
    app = create_app({**away, "data.folder": str(tmp_path)})
    assert figures(app.test_client().get("/metrics"))["storekeeper_database_up", "core"] == 0


def test_processes_put_their_counts_together(tmp_path, monkeypatch):
    from app.web import metrics

    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    assert metrics._requests() is not metrics.OWN
