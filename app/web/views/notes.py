"""Pages of notes and attachments: written and added on the page of a record, listed here."""

from flask import abort, current_app, flash, redirect, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.config.core import ATTACHMENTS_LARGEST
from app.errors import AppError
from app.models.notes import NOTE_KINDS, Attachment, Note
from app.services import attachments, files, notes
from app.web.auth import allowed, this_user
from app.web.files import folder, send
from app.web.formats import file_size
from app.web.master import (
    Choice,
    Column,
    Contains,
    Fact,
    Field,
    Form,
    Grid,
    MasterView,
    Upload,
    problems,
)
from app.web.master.lookup import view_of
from app.web.master.uploads import sent

ABOUT = "/about/<table>/<uuid:uuid>"


class AboutView(MasterView):
    """What notes and attachments share: only what is about records that one may see is there."""

    allow = frozenset({"list", "view", "edit", "delete"})

    def base(self):
        return self.model.subject_table.in_(self._seen())

    def get(self, uuid, *, lock=False):
        record = super().get(uuid, lock=lock)
        if record.subject_table not in self._seen():
            abort(404)
        return record

    def parent_of(self, record):
        return notes.subject_of(self.session, record) if record else None

    def facts_of(self, record):
        subject = self.parent_of(record)
        about = Fact(_("About"), str(subject), self.url_of(subject))
        return [about, *super().facts_of(record)]

    def subject(self, table, uuid):
        """The record that something is to be about, where this person may see it."""
        model = notes.annotated_models().get(table) if table in self._seen() else None
        return (model and self.session.get(model, uuid)) or abort(404)

    def write_about(self, table, uuid):
        """Write about a record what the form `new` asks for."""
        subject = self.subject(table, uuid)
        form = self.new.bind(self.model, sent(request) if request.method == "POST" else None)
        if request.method == "POST" and self.new.check(form):
            try:
                self.keep(subject, form)
                self.session.commit()
            except AppError as error:
                self.session.rollback()
                problems.tell(error, form, self)
                subject = self.subject(table, uuid)
            else:
                flash(str(self.kept), "success")
                return redirect(self.url_of(subject))
        page = self.render("write_about", subject=subject, form=form)
        return page, 422 if request.method == "POST" else 200

    def _seen(self):
        found = notes.annotated_models()
        views = {table: view_of(model) for table, model in found.items()}
        return [table for table, view in views.items() if view and allowed(f"{view.key}.view")]


class NoteView(AboutView):
    key, model, title, icon = "notes", Note, _l("Note"), "pencil"
    plural = _l("Notes")
    lead = _l("What people wrote about records.")
    grid = Grid(
        Column(Note.created_at, card="detail"),
        Column(Note.subject, hidden=True),
        Column(Note.text, link=True, card="title", filter=Contains(shown=True)),
        Column(Note.kind, filter=Choice(words=NOTE_KINDS)),
        Column(Note.created_by, card="detail"),
        sort=Note.created_at,
        descending=True,
    )
    form = Form(
        Field(Note.subject, help=_l("What it is about, in a few words; may be empty.")),
        Field(Note.kind, choices=NOTE_KINDS),
        Field(Note.text, lines=6),
    )
    new, kept = form, _l("The note is kept.")
    facts = ("subject", "kind", "text", "created_by", "created_at")
    pages = (("write", ABOUT, "write_about", ("GET", "POST"), "create", "list"),)

    def keep(self, subject, form):
        told = {name: form[name].data for name in ("text", "subject", "kind")}
        notes.write(self.session, subject, told.pop("text"), by=this_user(), **told)

    def name_of(self, record):
        return record.subject or record.text[:60]


class AttachmentView(AboutView):
    key, model, title, icon = "attachments", Attachment, _l("Attachment"), "paperclip"
    plural = _l("Attachments")
    lead = _l("Files beside records.")
    grid = Grid(
        Column(Attachment.created_at, card="detail"),
        Column(Attachment.name, link=True, card="title", filter=Contains(shown=True)),
        Column(Attachment.description, card="detail"),
        Column("size", lambda a: file_size(a.file.size), label=_l("Size"), load=Attachment.file),
        Column(Attachment.created_by, hidden=True),
        sort=Attachment.created_at,
        descending=True,
    )
    form = Form(Attachment.name, Field(Attachment.description, lines=2))
    new = Form(
        Upload(
            "file",
            label=_l("File"),
            accept=",".join(f".{ending}" for ending in attachments.KINDS),
            help=_l("Known are %(types)s.", types=", ".join(attachments.KINDS)),
        ),
        Field(Attachment.description, lines=2),
    )
    kept = _l("The file is kept.")
    blame = {
        attachments.UnknownType: "file",
        attachments.NotWhatItSays: "file",
        files.TooLarge: "file",
        files.NoContent: "file",
    }
    facts = ("name", "description", "created_by", "created_at")
    pages = (
        ("add", ABOUT, "write_about", ("GET", "POST"), "create", "list"),
        ("download", "/<uuid:uuid>/download", "download", ("GET",), "view", "view"),
    )

    def facts_of(self, record):
        return [*super().facts_of(record), Fact(_("Size"), file_size(record.file.size))]

    def keep(self, subject, form):
        attachments.attach(
            self.session, subject, form["file"].data.stream, form["file"].data.filename,
            folder=folder(), largest=self._largest(), by=this_user(),
            description=form["description"].data,
        )  # fmt: skip

    def write(self, record, form):
        """A name stays a name, with the ending that tells what the content is."""
        form["name"].data = attachments.renamed(record.name, form["name"].data)
        return super().write(record, form)

    def download(self, uuid):
        """The content, to be saved: it is never shown as a page of ours."""
        record = self.get(uuid)
        return send(record.file, name=record.name, cached=False)

    def _largest(self):
        return current_app.extensions["settings"][ATTACHMENTS_LARGEST] * files.MEGABYTE
