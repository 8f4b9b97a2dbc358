"""The reference of a file's columns, made from their declaration."""

from __future__ import annotations

from app.importing.file_feed import FileColumn, FileFeed


def columns_reference(feed: type[FileFeed]) -> str:
    """A Markdown table: what each column is called, what it may hold, what that means."""
    lines = ["| Column | Also called | Holds | |", "|---|---|---|---|"]
    lines += [_line(column) for column in feed.columns]
    return "\n".join(lines) + "\n"


def _line(column: FileColumn) -> str:
    notes = ["Required." if column.required else "", "Never empty." if column.filled else ""]
    said = " ".join(filter(None, [*notes, column.help]))
    return f"| `{column.name}` | {', '.join(column.also)} | {column.kind.says} | {said} |"
