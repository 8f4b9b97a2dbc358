"""Phone numbers as people write and read them: those of the shop's country without its code."""

from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func

from app.config.core import WEB_COUNTRY
from app.services import contacts
from app.web.master.filters import Filter, Misunderstood


def country():
    """Of the shop, as US."""
    return current_app.extensions["settings"][WEB_COUNTRY]


def read(text):
    """What somebody typed, as it is kept; AppError tells what is wrong."""
    return contacts.phone_number(text, country=country())


def shown(number):
    return contacts.phone_shown(number, country=country())


@dataclass(frozen=True, eq=False)
class Phone(Filter):
    """A number or a part of one, however it is written here and there."""

    verbs = ("contains", "empty", "filled")

    def ask(self, verb, values, session):
        if verb != "contains":
            return super().ask(verb, values, session)
        digits = contacts.phone_digits(self.parse(values[0]), country=country())
        if not digits:
            raise Misunderstood(_("Write some digits of the number."))
        kept = func.regexp_replace(self.expression, r"\D", "", "g")
        return values[0], kept.contains(digits)
