"""Feature flags: settings that are on, off, or on for some roles and a part of the users."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from app.config.kinds import Kind, format_bool, parse_bool
from app.config.setting import BadSetting, Setting


@dataclass(frozen=True, slots=True)
class Rollout:
    """For whom a feature is on: for everybody, or for some roles and for a part of the users.

    As a truth value it is on only when it is on for everybody, so that a forgotten
    `settings.enabled` never switches a feature on by mistake.
    """

    on: bool = False
    roles: tuple[str, ...] = ()
    percentage: int = 0

    def __bool__(self) -> bool:
        return self.on or self.percentage == 100

    def includes(self, flag: str, user_key: object = None, roles: Collection[str] = ()) -> bool:
        """Whether the feature is on for this user; the same user always gets the same answer."""
        if self:
            return True
        if not set(self.roles).isdisjoint(roles):
            return True
        return user_key is not None and _place(flag, user_key) < self.percentage


class FeatureFlag(Setting[Rollout]):
    """A setting such as `on`, `off`, `role:buyers`, `25 %` or `role:buyers, 25 %`.

    Ask `settings.enabled(FLAG, user_key=user.uuid, roles=user.roles)`.
    """

    def __init__(
        self,
        key: str,
        default: bool | str,
        label: str,
        help: str = "",
        *,
        file_only: bool = False,
    ) -> None:
        text = default if isinstance(default, str) else format_bool(default)
        try:
            rollout = ROLLOUT.parse(text)
        except ValueError as error:
            raise BadSetting(
                f"the setting {key} is declared wrongly: its default is not {ROLLOUT.accepts}"
            ) from error
        super().__init__(key, rollout, label, help, type=ROLLOUT, file_only=file_only)


def _parse(text: str) -> Rollout:
    try:
        return Rollout(on=parse_bool(text))
    except ValueError:
        return _parse_parts([part.strip() for part in text.split(",")])


def _parse_parts(parts: list[str]) -> Rollout:
    roles, percentages = [], []
    for part in parts:
        if role := re.fullmatch(r"role:\s*(\S+)", part):
            roles.append(role[1])
        elif percentage := re.fullmatch(r"([0-9]{1,2}|100)\s*%", part):
            percentages.append(int(percentage[1]))
        else:
            raise ValueError(part)
    if len(percentages) > 1:
        raise ValueError("two percentages")
    return Rollout(roles=tuple(roles), percentage=sum(percentages))


def _format(rollout: Rollout) -> str:
    parts = [f"role:{role}" for role in rollout.roles]
    if rollout.percentage:
        parts.append(f"{rollout.percentage} %")
    return ", ".join(parts) if parts and not rollout.on else format_bool(rollout.on)


def _place(flag: str, user_key: object) -> int:
    """A place from 0 to 99 that depends only on flag and user, so a higher share adds users."""
    from hashlib import sha256

    digest = sha256(f"{flag}\0{user_key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100


ROLLOUT = Kind("feature flag", "on, off, role:NAME, 25 % or both with a comma", _parse, _format)
