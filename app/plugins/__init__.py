"""The one door by which code joins the app. The core itself comes in through it."""

from app.plugins.door import CORE, GROUP, Command, Plugin, load_plugins, modules_of_installed
from app.plugins.registry import DuplicateKey, Registry

__all__ = [
    "CORE",
    "GROUP",
    "Command",
    "DuplicateKey",
    "Plugin",
    "Registry",
    "load_plugins",
    "modules_of_installed",
]
