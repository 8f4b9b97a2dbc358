"""Messages between users: one's inbox, archive and what one sent; reading and writing."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.db import db
from app.db.types import uuid_of
from app.errors import AppError
from app.services import messages
from app.web.auth import allowed, requires, this_user
from app.web.master.fields import plain_text
from app.web.saying import said

PER_PAGE = 50
FOLDERS = {"inbox": _l("Inbox"), "archive": _l("Archive"), "sent": _l("Sent")}
NEEDED = InputRequired(_l("Please fill this in."))

pages = Blueprint("messages", __name__, url_prefix="/messages")


class MessageView:
    """The door to the pages below; everybody sees their own only, so no master view fits."""

    key, title, plural, icon = "messages", _l("Message"), _l("Messages"), "mail"

    @staticmethod
    def blueprint():
        return pages


class MessageForm(FlaskForm):
    """A message; `to` are usernames or names, with commas between."""

    to = StringField(_l("To"), [NEEDED, Length(max=5000), plain_text])
    subject = StringField(_l("Subject"), [NEEDED, Length(max=messages.LONGEST_SUBJECT), plain_text])
    body = TextAreaField(_l("Message"), [Length(max=messages.LONGEST_BODY), plain_text])


def unread():
    """How many messages wait for whoever asks; None for those who have no inbox."""
    if not current_user.is_authenticated or not allowed("messages.list"):
        return None
    return messages.unread(db.session(), current_user.uuid)


@pages.get("/", endpoint="list")
@requires("messages.list")
def list_():
    """One's messages in one of the folders."""
    folder = request.args.get("in", "inbox")
    if folder not in FOLDERS:
        abort(404)
    before = uuid_of(request.args.get("before", ""))
    told = {"before": before, "limit": PER_PAGE + 1}
    user, session = this_user(), db.session()
    if folder == "sent":
        rows = messages.sent(session, user, **told)
    else:
        rows = messages.received(session, user, archived=folder == "archive", **told)
    shown = rows[:PER_PAGE]
    last = shown[-1] if len(rows) > PER_PAGE else None
    older = last and (last.uuid if folder == "sent" else last.message_uuid)
    return render_template(
        "messages/list.html", folder=folder, folders=FOLDERS, rows=shown, older=older
    )


@pages.get("/<uuid:uuid>", endpoint="view")
@requires("messages.list")
def view_(uuid):
    """One message; whoever got it has read it now."""
    user, session = this_user(), db.session()
    try:
        message = messages.found(session, user, uuid)
    except messages.NotYours:
        abort(404)
    messages.mark_read(session, user, [uuid])
    session.commit()
    mine = next((one for one in message.recipients if one.user_uuid == user.uuid), None)
    return render_template("messages/view.html", message=message, mine=mine)


@pages.post("/move", endpoint="move")
@requires("messages.list")
def move():
    """Archive the ticked messages, or put them back, or mark them as unread."""
    chosen = [uuid for text in request.form.getlist("chosen") if (uuid := uuid_of(text))]
    act = {
        "archive": messages.archive, "inbox": messages.to_inbox, "read": messages.mark_read,
        "unread": messages.mark_unread,
    }.get(request.form.get("act")) or abort(400)  # fmt: skip
    act(db.session(), this_user(), chosen)
    db.session.commit()
    folder = request.form.get("in", "inbox")
    return redirect(url_for("messages.list", **({} if folder == "inbox" else {"in": folder})), 303)


@pages.route("/new", methods=["GET", "POST"], endpoint="create")
@requires("messages.create")
def create():
    """Write a message, or answer one."""
    form, session = MessageForm(), db.session()
    if request.method == "GET":
        _answer(form)
    elif form.validate():
        try:
            to = messages.recipients(session, form.to.data)
            messages.send(session, this_user(), to, form.subject.data, form.body.data or "")
        except AppError as error:
            session.rollback()
            form.to.errors = [said(error)]
        else:
            session.commit()
            flash(ngettext("Sent to one user.", "Sent to %(num)s users.", len(to)), "success")
            return redirect(url_for("messages.list"), 303)
    page = render_template("messages/new.html", form=form, known=messages.known(session))
    return page, 422 if request.method == "POST" else 200


def _answer(form):
    """Fill in whom and what one answers."""
    form.to.data = request.args.get("to", "").replace("\0", "")[:200]
    uuid = uuid_of(request.args.get("answers", ""))
    if uuid is None:
        return
    user = this_user()
    try:
        message = messages.found(db.session(), user, uuid)
    except messages.NotYours:
        abort(404)
    people = [message.sender, *(one.user for one in message.recipients)]
    others = dict.fromkeys(one.username for one in people if one.uuid != user.uuid)
    all_ = list(others) if "all" in request.args else list(others)[:1]
    form.to.data = ", ".join(all_)
    # Translators: in front of the subject of an answer.
    again = _("Re: %(subject)s", subject=message.subject)
    form.subject.data = message.subject if message.subject.startswith("Re: ") else again
    quote = "\n".join(f"> {line}" for line in message.body.splitlines())
    form.body.data = f"\n\n{quote}" if quote else ""
