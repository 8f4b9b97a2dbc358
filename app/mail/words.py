"""Words of mails in the language of the shop, where there is no request that knows it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "translations"


@lru_cache(maxsize=8)
def words_in(locale: str) -> Callable[[str], str]:
    """The gettext of a locale such as de_DE; English for one that is not translated."""
    from babel.support import Translations

    names = [locale, locale.partition("_")[0]]
    return Translations.load(str(FOLDER), names, "messages").gettext
