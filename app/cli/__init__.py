"""The `storekeeper` command. It loads only what the called command needs: --help must be quick."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from app.errors import AppError, UsageError

STOPPED, TERMINATED = 128 + signal.SIGINT, 128 + signal.SIGTERM


class BadCommand(AppError):
    """A plugin declares a command that cannot be loaded."""


class PluginCommands(click.Group):
    """The commands that the plugins bring, each imported only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(declared_commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        declared = declared_commands().get(cmd_name)
        if declared is None:
            return None
        module, _, name = declared.target.partition(":")
        try:
            command: click.Command = getattr(import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise BadCommand(
                f"The command {cmd_name} ({declared.target}) could not be loaded: {error}"
            ) from error
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(key, command.help) for key, command in sorted(declared_commands().items())]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def declared_commands() -> dict[str, Any]:
    """Every command that a plugin brings, by key."""
    from app.plugins import Registry, load_plugins

    return Registry(load_plugins()).all("commands")


@click.group(cls=PluginCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-c", "--config", "files", multiple=True, metavar="FILE",
    help="Read this configuration file; may be repeated, the last one wins.",
)  # fmt: skip
@click.version_option(package_name="storekeeper", message="%(prog)s %(version)s")
@click.pass_context
def storekeeper(ctx: click.Context, files: tuple[str, ...]) -> None:
    """The back office of a shop: products, prices, imports, people, history."""
    ctx.obj = files


def main() -> NoReturn:
    """The program `storekeeper`."""
    # As Ctrl-C does: roll back, stop what was started, then go.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    sys.exit(call(sys.argv[1:]))


def call(arguments: Sequence[str]) -> int:
    """Run a command: 0 is fine, 1 a problem told in a sentence, 2 wrong usage or configuration."""
    try:
        code = storekeeper.main(list(arguments), prog_name="storekeeper", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2 if isinstance(error, click.UsageError) else 1
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return STOPPED
    except AppError as error:
        click.echo(f"Error: {error}", err=True)
        return _exit_code(error)
    except BrokenPipeError:
        # Whoever read our output has gone; Python must not fall over it again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code if isinstance(code, int) else 0


def _exit_code(error: AppError) -> int:
    from app.config import ConfigError

    return 2 if isinstance(error, (ConfigError, UsageError)) else 1
