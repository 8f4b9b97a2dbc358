"""What we ship of others is what they published, and nothing on a page comes from elsewhere."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "app" / "static"
# Mail is not a page: its programs know inline styles only.
PAGES = sorted(
    path
    for path in (STATIC.parent / "templates").rglob("*.html")
    if not {"mail", "email", "emails"} & set(path.parts)
)
VENDOR = STATIC / "vendor"
LIST = tomllib.loads((VENDOR / "VENDOR.toml").read_text(encoding="utf-8"))["vendored"]
FILES = {path: digest for entry in LIST for path, digest in entry["files"].items()}
ICON = re.compile(r'\bicon\("([\w-]+)"[,)]')


def test_every_vendored_file_is_listed_and_every_listed_file_is_there():
    there = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert there - {"VENDOR.toml"} == set(FILES)


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_vendored_file_is_as_published(path):
    assert hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() == FILES[path]


@pytest.mark.parametrize("entry", LIST, ids=lambda entry: entry["name"])
def test_a_vendored_package_says_where_it_comes_from_and_its_licence(entry):
    assert all(entry[key] for key in ("name", "package", "version", "licence", "use"))
    assert "://" not in entry["package"]


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.css")), ids=lambda path: path.name)
def test_a_style_sheet_loads_nothing_from_elsewhere(path):
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"""(?:url\(\s*|@import\s+)["']?(?:https?:)?//[^)]*""", text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_template_keeps_to_the_content_security_policy(path):
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=[\"'](?:https?:)?//", text)
    assert not re.findall(r"<[^>]+\s(?:style|on\w+|hx-on[\w:-]*)\s*=", text)
    assert "<style" not in text


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_icon_a_template_names_is_drawn(path):
    drawn = set(re.findall(r'<symbol id="i-([\w-]+)"', (STATIC / "icons.svg").read_text()))
    assert set(ICON.findall(path.read_text(encoding="utf-8"))) <= drawn
