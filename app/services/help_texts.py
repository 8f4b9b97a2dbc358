"""The help that a shop writes for its own pages and fields."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import AppError
from app.models.help_texts import FieldHelp, PageHelp

LONGEST = 20_000


class NotOfTheWeb(AppError):
    """This is not an address of the web; it must begin with https:// or http://."""


class TooLong(AppError):
    """This is too long; write at most 20,000 characters."""


def of_page(session: Session, page: str) -> PageHelp | None:
    """The help of a page, if somebody has written one."""
    return session.scalars(select(PageHelp).where(PageHelp.page == page)).first()


def of_fields(session: Session, page: str) -> dict[str, FieldHelp]:
    """The helps of the fields of a page, by field."""
    query = select(FieldHelp).where(FieldHelp.page == page)
    return {one.field: one for one in session.scalars(query)}


def write(session: Session, page: str, *, text: str, url: str = "") -> PageHelp | None:
    """Write the help of a page anew; without a word it is deleted. Raises NotOfTheWeb, TooLong."""
    text, url = text.replace("\r\n", "\n").strip(), web_address(url)
    if len(text) > LONGEST:
        raise TooLong
    found = of_page(session, page)
    if not text and not url:
        if found is not None:
            session.delete(found)
        session.flush()
        return None
    found = found or PageHelp(page=page)
    found.text, found.url = text or None, url or None
    session.add(found)
    session.flush()
    return found


def web_address(text: str) -> str:
    """An address of the web, or nothing; nothing that a browser would run."""
    tidy = text.strip()
    begins = tidy.lower().startswith(("https://", "http://"))
    if tidy and (not begins or len(tidy) > 2000 or any(ord(letter) < 33 for letter in tidy)):
        raise NotOfTheWeb
    scheme, _, rest = tidy.partition("://")
    return f"{scheme.lower()}://{rest}" if tidy else ""
