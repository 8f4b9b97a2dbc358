"""Where Chromium is on this machine; run as a program, it gets one if there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MISSING = "The browser journeys are left out: there is no Chromium or Chrome on this machine."


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome: of the machine, else the one Playwright has fetched."""
    on_path = (shutil.which(name) for name in NAMES)
    return next((path for path in on_path if path), None) or _of_playwright()


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def main() -> None:
    """Fetch Chromium with Playwright if there is none; that this fails is no reason to stop."""
    if find_chromium() is None:
        sys.stderr.write("Fetching Chromium for the browser journeys\n")
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        if subprocess.run(command, check=False).returncode:  # noqa: S603
            sys.stderr.write("It could not be fetched; install Chromium, or do without journeys.\n")


if __name__ == "__main__":
    main()
