"""Icons: one function for templates, one sprite file for all pictures."""

import re
from functools import cache, lru_cache
from pathlib import Path

from flask import g, url_for
from markupsafe import Markup

SPRITE = Path(__file__).parents[1] / "static" / "icons.svg"


def icon(name: str, size: int = 20, label: str | None = None) -> Markup:
    """Draw the icon of that name, `size` pixels square; raise LookupError when the sprite has none.

    Without a label it is decoration, hidden from screen readers; with one it is a picture.
    """
    if "sprite" not in g:
        g.sprite = url_for("static", filename=SPRITE.name)
    return _drawn(name, size, label, g.sprite)


@lru_cache(maxsize=1000)
def _drawn(name: str, size: int, label: str | None, sprite: str) -> Markup:
    if name not in names():
        raise LookupError(f"There is no icon {name!r}; the names are the ids in {SPRITE.name}.")
    if label:
        says = Markup('role="img" aria-label="{}"').format(label)
    else:
        says = Markup('aria-hidden="true"')
    return Markup(
        '<svg class="icon" width="{0}" height="{0}" viewBox="0 0 24 24" fill="none"'
        ' stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"'
        ' {1}><use href="{2}#i-{3}"/></svg>'
    ).format(size, says, sprite, name)


@cache
def names() -> frozenset[str]:
    """Every icon there is."""
    return frozenset(re.findall(r'<symbol id="i-([\w-]+)"', SPRITE.read_text(encoding="utf-8")))
