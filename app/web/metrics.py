"""`/metrics` for Prometheus: the figures of the database, and the requests of the web processes.

Requests are counted by each process. Where PROMETHEUS_MULTIPROC_DIR names a folder, as `storekeeper
run` sees to, the processes of a machine put their counts together; else each tells its own.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from ipaddress import ip_address

from flask import Blueprint, Flask, Response, abort, current_app, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from app.config.core import METRICS_TOKEN
from app.services.health import Node
from app.services.measuring import measures
from app.web.auth import requires
from app.web.sessions import remote_address
from app.web.tracing import seconds

FORWARDED = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "Via")
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

metrics = Blueprint("metrics", __name__)

OWN = CollectorRegistry()
REQUESTS = Counter(
    "storekeeper_requests", "Requests answered.", ("endpoint", "method", "status"), registry=OWN
)
LATENCY = Histogram(
    "storekeeper_request_seconds", "How long answers took.", ("endpoint",), registry=OWN,
    buckets=BUCKETS,
)  # fmt: skip
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class FromDatabase(Collector):
    """The figures of this node, as gauges."""

    def __init__(self, node: Node) -> None:
        self.node = node

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for one in measures(self.node):
            family = GaugeMetricFamily(f"storekeeper_{one.name}", one.help, labels=one.labels)
            for labels, value in one.values:
                family.add_metric(labels, value)
            yield family


def init_metrics(app: Flask) -> None:
    """Count the requests of this app, and answer /metrics."""
    app.after_request(_count)
    app.register_blueprint(metrics)


@metrics.get("/metrics", endpoint="show")
@requires("public")
def show() -> Response:
    """Not for everybody: who has the key of the settings, or without one this machine alone."""
    _require_known()
    found = CollectorRegistry()
    found.register(FromDatabase(Node(current_app._get_current_object())))
    told = generate_latest(found) + generate_latest(_requests())
    return Response(told, content_type=CONTENT_TYPE_LATEST)


def _requests() -> CollectorRegistry:
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return OWN
    together = CollectorRegistry()
    multiprocess.MultiProcessCollector(together)
    return together


def _require_known() -> None:
    token = current_app.extensions["settings"][METRICS_TOKEN]
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), token.encode()):
            abort(401)
    elif not _is_here():
        abort(403)


def _is_here() -> bool:
    # A proxy on this machine brings everybody; what it adds tells that it is one.
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(remote_address() or "").is_loopback
    except ValueError:
        return False


def _count(response: Response) -> Response:
    # Endpoints and methods that we know, so that nobody makes rows by asking for odd addresses.
    endpoint = request.endpoint or "unknown"
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(endpoint, method, str(response.status_code)).inc()
    LATENCY.labels(endpoint).observe(seconds())
    return response
