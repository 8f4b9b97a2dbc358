"""No page of the documentation points at something that is not there."""

from __future__ import annotations

from tests.architecture.files import ROOT, our_files
from tests.architecture.links import anchors, dead_links


def test_every_link_leads_somewhere():
    dead = [f"{p.relative_to(ROOT)}: {link}" for p in our_files(".md") for link in dead_links(p)]
    assert dead == []


def test_a_dead_link_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# One two\n[a](#one-two) [b](#three) [c](gone.md) `[d](x.md)` [e](page.md#no)\n"
    )
    assert list(dead_links(page)) == [
        "#three: there is no such heading",
        "gone.md: there is no such file",
        "page.md#no: there is no such heading",
    ]


def test_headings_of_the_same_name_are_counted(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# Notes\n## Notes\n## `db.url` & more\n")
    assert anchors(page) == {"notes", "notes-1", "dburl--more"}
