"""The scheduler as a program of its own, for systemd: `python -m jobs.runner`."""

import sys

from app.cli import call

if __name__ == "__main__":
    sys.exit(call(["jobs", "scheduler", *sys.argv[1:]]))
