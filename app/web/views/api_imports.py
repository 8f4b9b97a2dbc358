"""The API of imports: a program asks for a run with a token, and looks how it went.

curl -H "Authorization: Bearer sk_…" -F file=@products.csv https://shop.example/api/imports/products-csv
"""

from flask import Blueprint, abort, current_app, jsonify, request, url_for
from flask_babel import lazy_gettext as _l

from app.config.core import WEB_MAX_UPLOAD
from app.db import db
from app.errors import AppError
from app.importing import background
from app.importing.choosing import chosen
from app.importing.handler import FileHandler
from app.importing.options import BadOptions, Options
from app.importing.sources.reading import Reading
from app.importing.tables import every_handler
from app.models.runs import Run
from app.services import files
from app.web.api import only_with_token, read_json
from app.web.auth import allowed, requires, this_user
from app.web.files import folder
from app.web.master.fields import CONTROL
from app.web.rights import may_import, require_options, taken

pages = Blueprint("api_imports", __name__, url_prefix="/api")
only_with_token(pages)
KINDS = {"options": dict, "reading": dict, "dry_run": bool, "reason": str, "path": str}
TEXTS = ("reason", "path")
OF_FILES = ("path", "reading")
LONGEST_KEY, LONGEST_REASON, LONGEST_PATH = 200, 200, 500


class ApiImportView:
    """The door to the addresses below."""

    key, title, plural, icon = "api_imports", _l("API of imports"), _l("API of imports"), "plug"

    @staticmethod
    def blueprint():
        return pages


@pages.post("/imports/<key>", endpoint="ask")
@requires("public")  # but for whoever has a token
def ask(key):
    """Ask for a run; the answer names it. With an Idempotency-Key one asks once."""
    handler = every_handler(current_app.extensions["storekeeper"]).get(key)
    if handler is None:
        abort(404, f"There is no import {key}.")
    if not may_import(handler):
        abort(403, "You may not run this import.")
    given, session = _given(), db.session()
    options = Options.from_json(given.get("options", {}))
    require_options(options)
    chosen(taken(handler).chosen(), options)
    run = background.ask(
        session, current_app.extensions["settings"], handler, by=this_user(), options=options,
        dry_run=given.get("dry_run", False), reason=given.get("reason"), key=_once(key),
        **_source(handler, given),
    )  # fmt: skip
    session.commit()
    return jsonify(_about(run)), 202, {"Location": url_for("api_imports.run", uuid=run.uuid)}


@pages.get("/runs/<uuid:uuid>", endpoint="run")
@requires("public")  # but for whoever has a token
def run_(uuid):
    """How a run went, or goes."""
    run = db.session.get(Run, uuid)
    if run is None:
        abort(404, "There is no such run.")
    if run.user_uuid != this_user().uuid and not allowed("runs.view"):
        abort(403, "You may not look at this run.")
    return jsonify(_about(run))


def _given():
    """What the program says: JSON, or the fields of a form beside a file."""
    if request.mimetype == "application/json":
        found = read_json(request.get_data())
    else:
        found = {name: text if name in TEXTS else read_json(text)
                 for name, text in request.form.items()}  # fmt: skip
    if not isinstance(found, dict):
        raise BadOptions("Send an object of JSON.")
    if unknown := sorted(found.keys() - KINDS):
        raise BadOptions(f"There is no {', '.join(unknown)}; there are {', '.join(KINDS)}.")
    for name, value in found.items():
        if not isinstance(value, KINDS[name]):
            raise BadOptions(f"{name} cannot be {value!r}.")
    _check_texts(found)
    return found


def _check_texts(found):
    for name, most in (("reason", LONGEST_REASON), ("path", LONGEST_PATH)):
        text = found.get(name, "")
        if len(text) > most or CONTROL.search(text):
            raise BadOptions(f"{name} has at most {most} characters, and no control characters.")


def _once(key):
    """What makes that one asks once, however often the program tries; None: it did not say."""
    told = request.headers.get("Idempotency-Key", "")
    if len(told) > LONGEST_KEY:
        raise AppError(f"An Idempotency-Key has at most {LONGEST_KEY} characters.")
    return f"api:{this_user().uuid}:{key}:{told}" if told else None


def _source(handler, given):
    """What the rows come from: a file that was sent, or one in the folder for imports."""
    sent = request.files.get("file")
    if not issubclass(handler, FileHandler):
        if odd := [name for name in OF_FILES if name in given] + ["file"] * bool(sent):
            raise BadOptions(f"This import reads no file, and so has no {odd[0]}.")
        return {}
    reading = Reading.from_json(given.get("reading", {}))
    if bool(sent) == ("path" in given):
        raise BadOptions("Send the file as the part “file” of a form, or name it as the path.")
    if sent:
        return {**_kept(sent), "reading": reading}
    background.in_folder(current_app.extensions["settings"], given["path"])
    return {"path": given["path"], "reading": reading}


def _kept(sent):
    most = current_app.extensions["settings"][WEB_MAX_UPLOAD] * files.MEGABYTE
    kept = files.keep(db.session(), folder(), sent.stream, media_type="text/csv", most=most)
    return {"file": kept, "name": files.tidy_name(sent.filename) or "file"}


def _about(run):
    return {
        "run": str(run.uuid), "url": url_for("api_imports.run", uuid=run.uuid),
        "page": url_for("runs.view", uuid=run.uuid), "key": run.key, "state": run.state,
        "dry_run": run.dry_run, "counts": run.counts, "message": run.message,
        "change_set": run.change_set_id,
    }  # fmt: skip
