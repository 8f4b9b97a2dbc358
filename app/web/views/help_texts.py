"""Pages of the help that the shop has written, and where it is written in place."""

from flask import flash, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.errors import AppError
from app.models.help_texts import FieldHelp, PageHelp
from app.services import help_texts
from app.web.auth import safe_next
from app.web.markdown import markdown
from app.web.master import Column, Contains, Field, Form, Grid, MasterView
from app.web.master.lookup import views
from app.web.saying import said

IN_MARKDOWN = _l("In Markdown: **bold**, lists with - in front, [words](https://…) for a link.")


def pages_there():
    """(key, title) of every view."""
    found = ((key, str(view.plural or view.title)) for key, view in views().items())
    return sorted(found, key=lambda one: one[1].lower())


def known_page(key):
    if key not in views():
        raise AppError(_("There is no such page."))
    return key


class PageHelpView(MasterView):
    key, model, title, icon = "page_helps", PageHelp, _l("Help of a page"), "help"
    plural = _l("Help of pages")
    lead = _l("What the shop tells its own people; shown by the “?” of a page.")
    grid = Grid(
        Column(PageHelp.page, link=True, card="title", filter=Contains(shown=True)),
        Column(PageHelp.url, card="detail"),
        Column("begins", lambda one: beginning(one.text), label=_l("Text"), card="detail"),
        sort=PageHelp.page,
    )
    form = Form(
        Field(PageHelp.page, choices=pages_there),
        Field(PageHelp.url, label=_l("Address"), help=_l("Where to read on.")),
        Field(PageHelp.text, lines=10, help=IN_MARKDOWN),
    )
    pages = (("write", "/of/<page>", "write_here", ("POST",), "edit", "edit"),)

    def before_save(self, record):
        record.url = help_texts.web_address(record.url or "") or None
        if not record.url and not record.text:
            raise AppError(_("Write a text or an address."))

    def write_here(self, page):
        """Save what was written under the “?” and go back to that page."""
        given = {name: request.form.get(name, "").replace("\0", "") for name in ("text", "url")}
        try:
            help_texts.write(self.session, known_page(page), **given)
        except AppError as error:
            self.session.rollback()
            flash(said(error), "danger")
        else:
            self.session.commit()
            flash(_("The help is saved."), "success")
        return redirect(safe_next(request.form.get("next")), 303)

    def context(self, record):
        return {"html": markdown(record.text)}


class FieldHelpView(MasterView):
    key, model, title, icon = "field_helps", FieldHelp, _l("Help of a field"), "help"
    plural = _l("Help of fields")
    lead = _l("What the shop tells its own people of a field; shown by the “?” beside it.")
    grid = Grid(
        Column(FieldHelp.page, card="code", filter=Contains(shown=True)),
        Column(FieldHelp.field, link=True, card="title"),
        Column("begins", lambda one: beginning(one.text), label=_l("Text"), card="detail"),
        sort=FieldHelp.page,
    )
    form = Form(
        Field(FieldHelp.page, choices=pages_there),
        Field(FieldHelp.field, help=_l("Its name in the address of the form, as “description”.")),
        Field(FieldHelp.text, lines=10, help=IN_MARKDOWN),
    )

    def context(self, record):
        return {"html": markdown(record.text)}


def beginning(text):
    line = (text or "").partition("\n")[0]
    return f"{line[:80]}…" if len(line) > 80 else line
