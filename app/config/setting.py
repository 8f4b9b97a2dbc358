"""Setting: a value that is declared, so that it has a type, a default, a label and a check.

ASK_PHONE = Setting("customers.ask_phone", False, "Ask for a phone number")
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any, Generic, TypeVar

from app.config.kinds import KINDS, Kind
from app.config.masking import masked
from app.config.values import KEY, ConfigError, Source, shortened

T = TypeVar("T")
AnyType = type[Any] | Kind[Any]


class BadSetting(ConfigError):
    """A setting is declared in a way that cannot work."""


class BadValue(ConfigError):
    """A value does not fit the setting it is meant for."""


@dataclass(frozen=True, eq=False)
class Setting(Generic[T]):
    """One declared value.

    `type` is that of the default unless given; it must be given when the default is None, and then
    an empty text means None. `choices` are the only values allowed (for a list, its elements).
    `validate` answers with what is wrong, in words, or with None when the value is fine. A
    `file_only` setting is never read from the database; a `secret` is file_only and never shown.
    Raises BadSetting if the declaration contradicts itself, for example by its default.
    """

    key: str
    default: T
    label: str
    help: str = ""
    _: KW_ONLY
    type: AnyType | None = None
    choices: tuple[Any, ...] = ()
    validate: Callable[[Any], str | None] | None = None
    file_only: bool = False
    secret: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "choices", tuple(self.choices))
        object.__setattr__(self, "file_only", self.file_only or self.secret)
        if wrong := _wrong_declaration(self):
            raise BadSetting(f"the setting {self.key} is declared wrongly: {wrong}")

    @property
    def kind(self) -> Kind[Any]:
        """How values of this setting are read and written."""
        found = self.type if isinstance(self.type, Kind) else _kind(self.type, self.default)
        if found is None:
            raise BadSetting(f"the setting {self.key} has a type that is not known")
        return found

    @property
    def is_optional(self) -> bool:
        """Whether it may be None, which is what an empty text means."""
        return self.default is None

    def parse(self, text: str, source: Source | None = None) -> T:
        """The value that a text stands for. Raises BadValue, which names key and source."""
        if self.is_optional and not text.strip():
            return self.default
        try:
            value: T = self.kind.parse(text)
        except ValueError as error:
            # The cause quotes the text, and a log prints causes: that of a secret is dropped.
            cause = None if self.secret else error
            raise self._bad(text, f"it must be {self.kind.accepts}", source) from cause
        if wrong := self._wrong(value):
            raise self._bad(text, wrong, source)
        return value

    def format(self, value: T) -> str:
        """The text that `parse` turns into this value."""
        return "" if value is None else self.kind.format(value)

    @property
    def kind_of_choice(self) -> Kind[Any]:
        """How one of the choices is written: for a list it is a text."""
        return KINDS[str] if self.kind in (KINDS[list], KINDS[tuple]) else self.kind

    def _wrong(self, value: Any) -> str | None:
        parts = value if isinstance(value, list | tuple) else [value]
        if self.choices and any(part not in self.choices for part in parts):
            return f"it must be one of {', '.join(map(self.kind_of_choice.format, self.choices))}"
        return self.validate(value) if self.validate else None

    def _bad(self, text: str, wrong: str, source: Source | None) -> BadValue:
        shown = "not shown, as it is secret" if self.secret else f"'{shortened(masked(text))}'"
        return BadValue(f"{self.key} is {shown}: {wrong}", source)


def _kind(type_: Any, default: object) -> Kind[Any] | None:
    # Along the bases, since the type of a Path is really PosixPath.
    bases = (type_,) if type_ else type(default).__mro__
    return next((KINDS[base] for base in bases if base in KINDS), None)


def _wrong_declaration(setting: Setting[Any]) -> str | None:
    if not KEY.fullmatch(setting.key) or setting.key != setting.key.lower():
        return "its key must look like section.option, in small letters"
    if setting.key.startswith("config."):
        return "the section config belongs to the files themselves"
    if setting.default is None and setting.type is None:
        return "without a default it needs a type"
    if not isinstance(setting.type, Kind) and _kind(setting.type, setting.default) is None:
        return "its type is not known"
    return None if setting.default is None else _wrong_default(setting)


def _wrong_default(setting: Setting[Any]) -> str | None:
    default = setting.default
    try:
        back = setting.parse(setting.format(default))
    except BadValue as error:
        return f"its default does not fit; {error.message}"
    except (TypeError, ValueError, AttributeError):
        return f"its default is not {setting.kind.accepts}"
    if back != default or type(back) is not type(default):
        return f"its default is not {setting.kind.accepts}"
    return None
