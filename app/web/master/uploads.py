"""Files in forms: a box for a file, and what was sent of it."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import CombinedMultiDict
from wtforms import FileField
from wtforms.validators import ValidationError

from app.web.master.fields import Free

ACCEPTED_PICTURES = "image/jpeg,image/png,image/webp,image/gif"


class UploadField(FileField):
    """A file that was chosen; `data` is None when there is none, whatever else was sent."""

    accept = ""

    def process_formdata(self, valuelist):
        sent = valuelist[0] if valuelist else None
        self.data = sent if getattr(sent, "filename", "") and hasattr(sent, "stream") else None


@dataclass(frozen=True, eq=False)
class Upload(Free):
    """A file to choose: `Upload("file", accept="image/*")`. The view's `write` takes it.

    One that is not `required` may be left out; its data is None then.
    The form's data for it has `stream` and `filename`, both as the browser sent them.
    """

    kind: Any = UploadField
    accept: str = ""
    wide: bool = True

    def made(self, model):
        told = {"label": self.title, "description": self.help or ""}
        keywords = {"accept": self.accept} if self.accept else {}
        needed = [] if self.required is False else [is_chosen]
        return self.kind(validators=needed, render_kw=keywords, **told)


def is_chosen(form, field):
    """Refuse a form without the file."""
    if field.data is None:
        raise ValidationError(_("Choose a file."))


def sent(request):
    """What a form sent, with its files."""
    return CombinedMultiDict((request.files, request.form)) if request.files else request.form
