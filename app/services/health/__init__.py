"""Whether all is well: checks that the core and plugins declare, looked at all at once."""

from app.services.health.check import STATES, Check, Node, Verdict, bad, good, quiet, warn
from app.services.health.looking import Looked, Watch, look

__all__ = [
    "STATES", "Check", "Looked", "Node", "Verdict", "Watch", "bad", "good", "look", "quiet", "warn",
]  # fmt: skip
