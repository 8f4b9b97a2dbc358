"""Files stay short enough to read, and say nothing about the machine they were written on."""

from __future__ import annotations

import re

import pytest

from tests.architecture.files import ROOT, our_files

LONG_ON_PURPOSE: tuple[str, ...] = ()
PERSONAL = re.compile(r"/(?:home|Users)/\w|/ro{2}t/|[A-Z]:\\Users\\|/wor[k]/(?:main|shared)")


@pytest.mark.parametrize(
    ("ending", "most"), [(".py", 300), (".html", 100), (".css", 250), (".js", 150)]
)
def test_files_are_not_too_long(ending, most):
    lines = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in our_files(ending)
        if "versions" not in path.parts  # migrations are written by a program, and never edited
    }
    long = {name: count for name, count in lines.items() if count > most}
    assert {name: long[name] for name in long if name not in LONG_ON_PURPOSE} == {}


def test_no_file_names_a_folder_of_somebodys_machine():
    found = []
    for path in our_files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in PERSONAL.finditer(text)]
    assert found == []
