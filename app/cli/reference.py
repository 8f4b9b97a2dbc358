"""The reference page of commands, written from the commands themselves.

`python -m app.cli.reference` brings docs/reference/cli.md up to date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from app.cli import storekeeper

PAGE = Path("docs/reference/cli.md")
INTRODUCTION = """\
# The command line

`storekeeper` reads the same [configuration](config.md) as the web app; `-c FILE` before the command
names other files. Commands that report take `--json` and print one JSON document. Messages go to
the standard error. Exit codes: 0 all is well, 1 there is a problem, 2 the command or the
configuration is wrong, 130 somebody pressed Ctrl-C.

<!-- Written by `python -m app.cli.reference`; change the commands, not this page. -->
"""


def cli_reference() -> str:
    """The page, as it should be."""
    context = click.Context(storekeeper, info_name="storekeeper")
    return INTRODUCTION + "".join(_command(context))


def _command(context: click.Context, seen: dict[str, str] | None = None) -> Iterator[str]:
    """A section; `seen` are the tables of options of its siblings, with whose they are."""
    command, group = context.command, isinstance(context.command, click.Group)
    if context.parent:
        yield f"\n{'###' if context.parent.parent else '##'} {context.command_path}\n"
        if not group:
            pieces = " ".join(command.collect_usage_pieces(context))
            yield f"\n    {context.command_path} {pieces}\n"
    yield f"\n{_prose(command.help or '')}\n"
    if rows := "".join(_options(context)):
        same = (seen if seen is not None else {}).setdefault(rows, context.command_path)
        is_first = same == context.command_path
        table = f"| Option | Meaning |\n|---|---|\n{rows}"
        yield f"\n{table if is_first else f'Its options are those of `{same}`.{chr(10)}'}"
    if isinstance(command, click.Group):
        inside: dict[str, str] = {}
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from _command(click.Context(inner, info_name=name, parent=context), inside)


def _options(context: click.Context) -> Iterator[str]:
    for parameter in context.command.params:
        record = parameter.get_help_record(context)
        if isinstance(parameter, click.Option) and record is not None:
            option, meaning = (text.replace("|", r"\|") for text in record)
            yield f"| `{option}` | {meaning} |\n"


def _prose(text: str) -> str:
    return re.sub(r"\n(?!\n)(?<!\n\n)", " ", cleandoc(text.replace("\b", ""))).strip()


if __name__ == "__main__":
    PAGE.write_text(cli_reference())
