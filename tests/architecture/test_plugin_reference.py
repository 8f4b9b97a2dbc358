"""Every method of a plugin is in the reference."""

from __future__ import annotations

import re

from app.plugins import Plugin
from tests.architecture.files import ROOT


def test_the_reference_tells_every_method_of_a_plugin():
    page = (ROOT / "docs/reference/plugins.md").read_text()
    told = re.findall(r"^\| `(\w+)\(\)` \|", page, re.M)
    assert told == [name for name in vars(Plugin) if not name.startswith("_")]
