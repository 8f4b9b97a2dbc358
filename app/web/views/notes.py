"""Pages of notes and attachments: written and added on the page of a record, listed here."""

from flask import abort, current_app, flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.config.core import ATTACHMENTS_LARGEST, DATA_FOLDER
from app.errors import AppError
from app.models.notes import NOTE_KINDS, Attachment, Note
from app.services import attachments as files
from app.services import notes
from app.web.auth import allowed, this_user
from app.web.formats import count
from app.web.master import Choice, Column, Contains, Fact, Field, Form, Grid, MasterView
from app.web.master.lookup import view_of

MEGABYTE = 2**20
ABOUT = "/about/<table>/<uuid:uuid>"


def size(number):
    """A size for people: 12 kB."""
    if number < MEGABYTE:
        return f"{count(max(1, round(number / 1024)))} kB"
    return f"{count(round(number / MEGABYTE, 1))} MB"


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

    def back_to(self, record):
        return redirect(url_for(f"{view_of(type(record)).key}.view", uuid=record.uuid))

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
    facts = ("subject", "kind", "text", "created_by", "created_at")
    pages = (("write", ABOUT, "write_about", ("GET", "POST"), "create", "list"),)

    def name_of(self, record):
        return record.subject or record.text[:60]

    def write_about(self, table, uuid):
        """Write a note about a record."""
        subject = self.subject(table, uuid)
        form = self.form.bind(self.model, request.form if request.method == "POST" else None)
        if request.method == "POST" and self.form.check(form):
            told = {name: form[name].data for name in ("text", "subject", "kind")}
            notes.write(self.session, subject, told.pop("text"), by=this_user(), **told)
            self.session.commit()
            flash(_("The note is kept."), "success")
            return self.back_to(subject)
        page = self.render("write", subject=subject, form=form)
        return page, 422 if request.method == "POST" else 200


class AttachmentView(AboutView):
    key, model, title, icon = "attachments", Attachment, _l("Attachment"), "paperclip"
    plural = _l("Attachments")
    lead = _l("Files beside records.")
    grid = Grid(
        Column(Attachment.created_at, card="detail"),
        Column(Attachment.name, link=True, card="title", filter=Contains(shown=True)),
        Column(Attachment.description, card="detail"),
        Column(
            Attachment.size_bytes, lambda one: size(one.size_bytes), show="text", label=_l("Size")
        ),
        Column(Attachment.created_by, hidden=True),
        sort=Attachment.created_at,
        descending=True,
    )
    form = Form(Attachment.name, Field(Attachment.description, lines=2))
    facts = ("name", "description", "media_type", "created_by", "created_at")
    pages = (
        ("add", ABOUT, "add", ("GET", "POST"), "create", "list"),
        ("download", "/<uuid:uuid>/download", "download", ("GET",), "view", "view"),
    )

    def facts_of(self, record):
        return [*super().facts_of(record), Fact(_("Size"), size(record.size_bytes))]

    def before_save(self, record):
        """A name stays a name, with the ending that tells what the content is."""
        ending = files.tidy_name(record.name).rpartition(".")[2].lower()
        if files.TYPES.get(ending, ("",))[0] != record.media_type:
            raise files.NotWhatItSays
        record.name = files.tidy_name(record.name)

    def add(self, table, uuid):
        """Keep a file beside a record."""
        subject, problem = self.subject(table, uuid), None
        if request.method == "POST":
            try:
                self._attach(subject)
            except AppError as error:
                self.session.rollback()
                subject, problem = self.subject(table, uuid), _(str(error))
            else:
                self.session.commit()
                flash(_("The file is kept."), "success")
                return self.back_to(subject)
        page = self.render("add", subject=subject, problem=problem, types=files.TYPES)
        return page, 422 if problem else 200

    def download(self, uuid):
        """The content, to be saved: it is never shown as a page of ours."""
        attachment = self.get(uuid)
        path = files.path_of(attachment, current_app.extensions["settings"][DATA_FOLDER])
        answer = send_file(
            path.resolve(), mimetype=attachment.media_type, as_attachment=True,
            download_name=attachment.name, etag=attachment.sha256,
        )  # fmt: skip
        answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    def _attach(self, subject):
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise files.Empty
        settings = current_app.extensions["settings"]
        files.attach(
            self.session, subject, sent.stream, sent.filename, by=this_user(),
            folder=settings[DATA_FOLDER], largest=settings[ATTACHMENTS_LARGEST] * MEGABYTE,
            description=request.form.get("description", "").replace("\0", "")[:500],
        )  # fmt: skip
