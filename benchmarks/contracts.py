"""How long the contract tests of all views take, with their server and its databases.

python -m benchmarks.contracts [--json]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from benchmarks.common import Figure, seconds, table

ROOT = Path(__file__).parents[1]
TESTS = ("-m", "pytest", "-q", "-n", "auto", "--maxprocesses", "8", "tests/contracts")


def main() -> None:
    """Measure, print a table or JSON; exit 1 if the limit is missed."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    figures = [Figure("contract tests of all views", seconds(run), limit=60)]
    print(json.dumps([f.as_json() for f in figures], indent=2) if chosen.json else table(figures))
    sys.exit(any(figure.is_reached is False for figure in figures))


def run() -> None:
    subprocess.run([sys.executable, *TESTS], cwd=ROOT, check=True, stdout=sys.stderr)


if __name__ == "__main__":
    main()
