"""One line a refusal, in a form that no client can break."""

import logging

from flask import request

LOG = logging.getLogger("cutline.audit")
LONGEST = 200


def plain(text: object) -> str:
    """The text in printable ASCII without spaces, cut to a bounded length."""
    escaped = str(text)[:LONGEST].encode("unicode_escape").decode("ascii")
    return escaped.replace(" ", "\\x20").replace('"', "\\x22")[:LONGEST]


def log_refusal(status: int, reason: str) -> None:
    """Write that this request was refused, and why in our own words."""
    LOG.warning(
        'refused status=%d method=%s path=%s from=%s reason="%s"',
        status,
        plain(request.method),
        plain(request.path),
        plain(request.remote_addr),
        reason,
    )
