"""The worker as a program of its own, for systemd: `python -m daemons.worker`."""

import sys

from app.cli import call

if __name__ == "__main__":
    sys.exit(call(["worker", *sys.argv[1:]]))
