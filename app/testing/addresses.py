"""Addresses of a grid that no page of ours makes, and that people and robots send all the same."""

from __future__ import annotations

TOKENS = (
    '["x","y"]',
    "[" * 2000,
    '["1e-99999","01a208f0-09f1-76f4-b62b-55600c0d8270"]',
    '["\\ud800","01a208f0-09f1-76f4-b62b-55600c0d8270"]',
    "[null,null]",
    '{"a":1}',
)
"""What somebody may have put into the place from which a page goes on."""

ADDRESSES = (
    "?price=1e-99999",
    "?margin=1e-9999999",
    "?number=1e-20000",
    "?page=-1",
    "?page=999999999999",
    "?per=1000000000",
    "?per=x",
    "?sort=nonsense",
    "?sort=-",
    "?sort=uuid;drop table",
    "?after=!!",
    "?after=WzFd",
    "?after=bnVsbA",
    "?before=WyJ4IiwieSJd",
    "?last=1",
    "?last=x&from=-3",
    "?from=%00",
    "?column=nothing",
    "?add=nothing",
    "?unknown=1",
    "?description=%00",
    "?name=%25%25%27",
    "?number=abc",
    "?price=1e999",
    "?price=NaN&price.verb=over",
    "?active=maybe",
    "?department=nobody",
    "?department.verb=explode",
    "?name.verb=between&name=a",
)

OF_EVERY_GRID = ("?page", "?per", "?sort", "?after", "?before", "?last", "?from", "?column", "?add",
                 "?unknown")  # fmt: skip
"""What the page of any grid reads of its address, and one word that none does."""
