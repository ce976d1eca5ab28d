"""The data page's callback: files that were handed over, one change at a time, until they open.

The page's script writes what is wanted into one store, and gets the places of the page as text.
Everything is looked up for the visitor whose request it is; what goes wrong is said in the place.
"""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, ctx, no_update, set_props
from dash.exceptions import PreventUpdate

from callbacks.exports import workbooks
from components import ids
from components.server_html import to_html
from components.upload import data_sets
from components.upload import draft as drawing
from data.state_dir import StateDirError
from data.uploads import store
from data.uploads.mapping_edits import EditRefused, collect_edits, edit
from data.uploads.models import Draft
from services import cohorts
from services.address import read_question, texts_of
from services.remembered_mappings import read_draft, remember_mapping
from services.request.owner import known_owner
from services.request.refusals import Refused
from wording.pages.upload import FILES_GONE, NO_COOKIE
from wording.refusals import UNKNOWN_WISH

NOBODY = NO_COOKIE
GONE = FILES_GONE
FORGED = UNKNOWN_WISH
TEXTS = ("do", "draft", "code", "title", "instead")


def register(app: Dash) -> None:
    """One callback for both places of the page, and the routes of the workbooks that leave it."""
    workbooks.register(app)
    app.callback(
        [Output(ids.brought(ALL), "data-html")],
        Input(ids.ASKED, "data"),
        Input(ids.BROUGHT, "data"),
        prevent_initial_call=True,
    )(update)


def update(question: Any, wanted: Any) -> tuple[list[Any]]:
    """The places of the page after what was wanted; nothing on pages that have none."""
    places = [texts_of(one["id"], "of")[0] for one in ctx.outputs_list[0]]
    if question is None or not places:
        raise PreventUpdate
    current = read_question(*texts_of(question, "query"))[0].cohort  # it may just have been deleted
    asked = ctx.triggered_id == ids.BROUGHT and wanted is not None
    draft = _finish(_wish(wanted)) if asked else _newest()
    drawn = {"draft": draft, "sets": _sets(current) if not asked or _moves(wanted) else no_update}
    # A comment makes each answer another one, so that the page knows that it has come.
    stamp = f"<!--{wanted.get('n')}-->" if asked else ""
    texts = [
        one if (one := drawn.get(of, no_update)) is no_update else f"{to_html(one)}{stamp}"
        for of in places
    ]
    return (texts,)


def _wish(wanted: Any) -> dict:
    """What the page asks for; Refused for anything that it does not write."""
    if not isinstance(wanted, dict) or type(wanted.get("n")) is not int:
        raise Refused(FORGED, 422)
    if not all(isinstance(wanted.get(name, ""), str) for name in TEXTS):
        raise Refused(FORGED, 422)
    if wanted.get("do") not in _DOES:
        raise Refused(FORGED, 422)
    field = wanted.get("field", [])
    if not isinstance(field, list) or not all(isinstance(one, str) for one in field):
        raise Refused(FORGED, 422)
    return wanted


def _moves(wanted: dict) -> bool:
    """Whether the list of data sets may be another one afterwards."""
    return wanted["do"] not in ("change", "guess", "read")


def _finish(wanted: dict) -> Any:
    """Do it, and draw what there is then."""
    owner = known_owner()
    if owner is None:
        return drawing.draw_failure(NOBODY)
    try:
        return _DOES[wanted["do"]](owner, wanted)
    except store.Unknown:
        return drawing.draw_failure(GONE)
    except (store.StoreError, StateDirError) as reason:
        return drawing.draw_failure(str(reason), wanted.get("draft", ""))


def _newest() -> Any:
    """What was handed over last and not opened: a reload loses nothing."""
    owner = known_owner()
    try:
        store.prepare()  # whoever opens this page is about to choose a file
        if not owner:
            return ""
        waiting = store.list_drafts(owner)
        return _draw(owner, read_draft(owner, waiting[0][0])[0]) if waiting else ""
    except store.Unknown:
        return ""
    except (store.StoreError, StateDirError) as reason:
        return drawing.draw_failure(str(reason))


def _sets(current: str) -> Any:
    try:
        owner = known_owner()
        own = store.list_datasets(owner) if owner else []
    except (store.StoreError, StateDirError) as reason:
        return drawing.draw_failure(str(reason))
    titles = cohorts.list_titles()
    return data_sets.list_sets(own, {name: titles[name] for name in cohorts.list_shared()}, current)


def _draw(owner: str, draft: Draft, why: str = "", remembered: str = "") -> Any:
    titles = {one.code: one.title for one in store.list_datasets(owner) if not one.damaged}
    return drawing.draw_draft(draft, said=why, remembered=remembered, titles=titles)


# ------------------------------------------------------------------------------ what can be done


def _show(owner: str, wanted: dict) -> Any:
    draft, remembered = read_draft(owner, wanted.get("draft", ""))
    return _draw(owner, draft, remembered=remembered)


def _change(owner: str, wanted: dict) -> Any:
    draft, field = store.read_draft(owner, wanted.get("draft", "")), wanted.get("field", [])
    try:
        mapping = edit(draft.understood, draft.mapping, field or [""], wanted.get("value"))
    except EditRefused as reason:
        return _draw(owner, draft, str(reason))
    given = collect_edits(draft.given, draft.mapping, mapping)
    return _draw(owner, store.understand(owner, draft.id, given))


def _guess(owner: str, wanted: dict) -> Any:
    return _draw(owner, store.understand(owner, wanted.get("draft", ""), None))


def _discard(owner: str, wanted: dict) -> Any:
    store.discard(owner, wanted.get("draft", ""))
    return ""


def _open(owner: str, wanted: dict) -> Any:
    """Open it, remember how it was mapped, and go to its survival page."""
    id_, title = wanted.get("draft", ""), wanted.get("title", "")
    draft = store.read_draft(owner, id_)
    try:
        if wanted.get("instead"):
            code = store.replace(owner, wanted["instead"], id_, title)
        else:
            code = store.open(owner, id_, title)
    except store.StoreError as reason:
        return _draw(owner, draft, str(reason))
    remember_mapping(owner, draft)
    set_props(ids.GO, {"data": f"cohort={code}"})
    return ""


def _rename(owner: str, wanted: dict) -> Any:
    store.rename(owner, wanted.get("code", ""), wanted.get("title", ""))
    return no_update


def _delete(owner: str, wanted: dict) -> Any:
    store.delete(owner, wanted.get("code", ""))
    return no_update


def _edit(owner: str, wanted: dict) -> Any:
    """The files of an opened data set once more, to be read otherwise."""
    return _draw(owner, store.read_draft(owner, store.edit(owner, wanted.get("code", ""))))


_DOES = {
    "read": _show, "change": _change, "guess": _guess, "discard": _discard, "open": _open,
    "rename": _rename, "delete": _delete, "edit": _edit,
}  # fmt: skip
