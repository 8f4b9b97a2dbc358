"""An import in a fresh process, as people do it: how long it took, and the most memory it held.

python -m benchmarks.child CONFIG [FILE] [--handler MODULE:CLASS] [--model NAME]... [--delete]
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

PRODUCTS = "app.importing.handlers.products_csv:ProductsCsv"
NODE = "app.importing.nodes.handler:FromNode"
PLAIN = "benchmarks.plain_products:PlainProducts"


def import_in_child(
    config: dict[str, str], path: Path | None = None, *, handler: str = PRODUCTS,
    models: Sequence[str] = (), delete: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Import a file, or what needs none; `seconds` is without the start of the process.

    Nothing may be rejected.
    """
    command = [sys.executable, "-m", "benchmarks.child", json.dumps(config)]
    command += [str(path)] if path else []
    command += ["--handler", handler, *(["--delete"] if delete else [])]
    command += [word for name in models for word in ("--model", name)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    """Import, and print what was measured as JSON."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("config", type=json.loads, help="the databases, as JSON")
    options.add_argument("file", type=Path, nargs="?")
    options.add_argument("--handler", default=PRODUCTS)
    options.add_argument("--model", dest="models", action="append", default=[])
    options.add_argument("--delete", action="store_true", help="what the file does not name")
    print(json.dumps(import_here(**vars(options.parse_args()))))


def import_here(
    config: dict[str, str], file: Path | None, handler: str, *, models: Sequence[str], delete: bool
) -> dict[str, Any]:
    from app.importing.options import Options

    module, name = handler.split(":")
    app = app_on(config)
    with app.app_context():
        kind = getattr(import_module(module), name)
        report = kind(app.extensions["settings"], *([file] if file else [])).run(
            by="benchmark",
            options=Options(models=tuple(models), delete=True if delete else None),
        )
    if report.rejected_count or report.withheld:
        raise SystemExit(f"Not all was imported: {report.rejected[:1]} {report.withheld[:1]}")
    counts = {name: (c.created, c.updated, c.deleted) for name, c in report.counts.items()}
    return {
        "seconds": report.seconds,
        "megabytes": peak_memory(),
        "timings": report.timings,
        "counts": counts,
    }


def peak_memory() -> float:
    """The most memory this process ever held, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count what the parent held before the program began
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024  # type: ignore[index]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def app_on(config: dict[str, str]) -> Any:
    from app import create_app

    return create_app(config, web=False)


if __name__ == "__main__" and len(sys.argv) > 1:
    main()
