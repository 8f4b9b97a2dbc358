"""What an error says to the person at the screen, in their language."""

from flask_babel import gettext

from app.errors import AppError, Word


def said(error: AppError) -> str:
    """The sentence of an error, translated before its values are put in."""
    from app.web.master.words import words  # whose package needs this module

    values = {
        name: words(value) if isinstance(value, Word) else value
        for name, value in error.values.items()
    }
    return gettext(error.template, **values)
