"""Files of the data folder, sent so that no browser takes them for more than they are."""

from flask import Response, abort, current_app, send_file

from app.services import files
from app.web.saying import said

KEPT, NOT_KEPT = "private, max-age=31536000, immutable", "private, no-store"
SHOWN = frozenset({"image/webp", "image/png", "image/jpeg", "application/pdf", "text/plain"})
"""What a browser may show; all else is only saved."""


def folder():
    """Where the files of this node are."""
    return files.folder_of(current_app.extensions["settings"])


def send(file, *, name, inline=False, cached=True):
    """The answer with a stored file, under a name for people.

    Its address must name the content (the row of a file never changes), since browsers keep it
    for a year, unless it is not to be `cached`. Ask for permission first.
    """
    try:
        path = files.path_of(folder(), file)
    except files.FileIsGone as gone:
        current_app.logger.error("The stored file %s is missing.", file.sha256)
        abort(404, said(gone))
    inline = inline and file.media_type in SHOWN
    answer: Response = send_file(
        path,
        mimetype=file.media_type if inline else "application/octet-stream",
        as_attachment=not inline,
        download_name=name,
        etag=file.sha256,
        conditional=True,
    )
    answer.headers["Cache-Control"] = KEPT if cached else NOT_KEPT
    # Nothing in it runs or loads anything, whatever it says it is.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
