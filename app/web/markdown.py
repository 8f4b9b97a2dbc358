"""Markdown of the shop's own people as HTML: without HTML of theirs, pictures or odd links."""

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup


def markdown(text):
    """CommonMark and tables as safe HTML; links of `javascript:` and the like stay words."""
    return Markup(_renderer().render(text or ""))  # noqa: S704


@cache
def _renderer():
    made = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    made.add_render_rule("link_open", _link)
    return made


def _link(renderer, tokens, place, options, env):
    tokens[place].attrSet("rel", "noopener noreferrer")
    return renderer.renderToken(tokens, place, options, env)
