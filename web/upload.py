"""Files come in and go out again here: `POST /upload`, and the original bytes of a data set.

A form of files is kept as a draft, nothing more: nothing of a file is parsed in this process.
Answers are JSON: {"draft": id}, or {"message": sentence} with a status that says it to a program.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast

import dash
from flask import Response, jsonify, request, send_file
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser

from data import limits
from data.limits import size
from data.state_dir import StateDirError
from data.uploads import store
from services.request import audit
from services.request.owner import known_owner
from services.request.refusals import Refused
from web.limits import SETTING, Buckets, visitor
from web.refuse import refuse

PATH = "upload"
PARTS = 210  # files and fields of one form
FIELD = 2_000  # bytes of a field that is no file
SPOOLED = 500_000  # bytes of a file that stay in memory
RATE, BURST = 0.5, 30.0  # uploads a second, and at once, of one visitor

NO_PAGE = "Open a page of this program first, then hand over the files."
NO_FORM = "Files are handed over as a form (multipart/form-data)."
NO_FILE = "No file was handed over."
BROKEN = "The upload was broken off; hand the files over once more."
NOWHERE = "There is no such file."


def init(app: dash.Dash) -> None:
    """The two routes, and words for what the disk refuses, wherever it happens."""
    server, prefix = app.server, app.config.routes_pathname_prefix
    buckets = Buckets(RATE, BURST)
    for kind in (store.StoreError, store.Unknown, StateDirError):
        server.register_error_handler(kind, _refusal)

    @server.post(f"{prefix}{PATH}")
    def upload() -> Response:
        try:
            if server.config.get(SETTING, True) and buckets.wait(visitor()):
                raise Refused("Too many uploads; please wait a minute.", 429)
            return jsonify(draft=_received())
        except Refused as error:
            return _message(error.status, error.sentence)
        except (store.StoreError, store.Unknown, StateDirError) as error:
            return _message(status_of(error), sentence_of(error))

    @server.get(f"{prefix}original/<code>/<int:number>")
    def original(code: str, number: int) -> Response:
        return _original(code, number)


def status_of(error: Exception) -> int:
    """The status that says it to a program."""
    if isinstance(error, store.NotSaved | StateDirError):
        return 507
    if isinstance(error, store.TooMuch):
        return 413
    if isinstance(error, store.Busy):
        return 429
    return 404 if isinstance(error, store.Unknown) else 422


def sentence_of(error: Exception) -> str:
    """The sentence for a person."""
    return "There is nothing of that name here." if isinstance(error, LookupError) else str(error)


def _received() -> str:
    owner = known_owner()
    if owner is None:
        raise Refused(NO_PAGE, 403)
    if request.mimetype != "multipart/form-data":
        raise Refused(NO_FORM, 415)
    request.max_content_length = limits.LIMITS.body  # more than a callback may bring
    if (request.content_length or 0) > limits.LIMITS.body:
        raise Refused(_too_large(), 413)
    with _form() as (fields, files):
        if not files:
            raise Refused(NO_FILE, 422)
        given = [(one.filename or "", cast(BinaryIO, one.stream)) for one in files]
        return store.receive(owner, given, into=fields.get("draft", ""))


@contextmanager
def _form() -> Iterator[tuple[MultiDict, list[FileStorage]]]:
    """Fields and files of the form; large files lie in temporary files, which always go again."""
    with ExitStack() as opened:

        def temporary(*_: object, **__: object) -> IO[bytes]:
            return opened.enter_context(SpooledTemporaryFile(SPOOLED, "rb+"))

        parser = FormDataParser(temporary, PARTS * FIELD, limits.LIMITS.body, max_form_parts=PARTS)
        given = (request.mimetype, request.content_length, request.mimetype_params)
        try:
            _, fields, files = parser.parse(request.stream, *given)
        except HTTPException as error:
            broken = (_too_large(), 413) if error.code == 413 else (BROKEN, 400)
            raise Refused(*broken) from None
        except OSError as error:
            raise Refused("The disk is full or broken: nothing was kept.", 507) from error
        yield fields, [one for _, one in files.items(multi=True) if one.filename]


def _too_large() -> str:
    return f"The upload is larger than {size(limits.LIMITS.file)}: leave out what is not needed."


def _original(code: str, number: int) -> Response:
    """The bytes as they came, to be saved and never shown: whatever they are, they do nothing."""
    owner = known_owner()
    if owner is None:
        return refuse(404, NOWHERE)
    try:
        name, path = store.find_original(owner, code, number)
    except store.Unknown:
        return refuse(404, NOWHERE)
    return send_file(
        path, mimetype="application/octet-stream", as_attachment=True, download_name=name
    )


def _message(status: int, sentence: str) -> Response:
    audit.log_refusal(status, "upload: nothing was kept")
    response = jsonify(message=sentence)
    response.status_code = status
    if status == 429:
        response.headers["Retry-After"] = "5"
    return response


def _refusal(error: Exception) -> Response:
    return refuse(status_of(error), sentence_of(error))
