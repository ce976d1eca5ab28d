"""Fields of a form as html text: native ones, that any keyboard and any phone knows.

A field carries what it changes (`data-field`, JSON); the page's script sends it with its value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from markupsafe import escape

from components.server_html import Html, to_html

Option = tuple[str, str]  # value, and what is read


def _attributes(**given: object) -> str:
    """Attributes of an element; True stands alone, None and False are left out."""
    made = []
    for name, value in given.items():
        if value is None or value is False:
            continue
        name = name.rstrip("_").replace("_", "-")
        made.append(f" {name}" if value is True else f' {name}="{escape(str(value))}"')
    return "".join(made)


def of(*field: str) -> str:
    """What a field changes, as the page sends it."""
    return json.dumps(list(field), ensure_ascii=False)


def select(field: str, options: Iterable[Option], value: str, label: str) -> Html:
    """A list to choose one from."""
    made = "".join(
        f"<option{_attributes(value=code, selected=code == value)}>{escape(text)}</option>"
        for code, text in options
    )
    given = _attributes(data_field=field, aria_label=label, class_="field-select")
    return Html(f"<select{given}>{made}</select>")


def text(field: str, value: str, label: str, *, number: bool = False, wide: bool = False) -> Html:
    """A line to type in."""
    kind = "field-number" if number else "field-wide" if wide else "field-text"
    given = _attributes(
        type="text", data_field=field, value=value, aria_label=label, class_=kind, maxlength=200,
        inputmode="decimal" if number else None, autocomplete="off", spellcheck="false",
    )  # fmt: skip
    return Html(f"<input{given}>")


def named_text(name: str, label: str, value: str = "") -> Html:
    """A line to type in that a button reads."""
    given = _attributes(type="text", data_name=name, value=value, class_="field-text",
                        maxlength=100, autocomplete="off")  # fmt: skip
    return Html(f"<label><span>{escape(label)}</span><input{given}></label>")


def named_select(name: str, label: str, options: Iterable[Option]) -> Html:
    """A list that a button reads."""
    made = "".join(f"<option{_attributes(value=c)}>{escape(t)}</option>" for c, t in options)
    given = _attributes(data_name=name, class_="field-select")
    return Html(f"<label><span>{escape(label)}</span><select{given}>{made}</select></label>")


def radio(field: str, codes: list[str], words: object, *, chosen: bool, group: str) -> Html:
    """One of several readings of a column's codes."""
    given = _attributes(type="radio", name=group, data_field=field, checked=chosen,
                        data_value=json.dumps(codes, ensure_ascii=False))  # fmt: skip
    return Html(f'<label class="choice"><input{given}><span>{to_html(words)}</span></label>')


def box(code: str, words: object, *, chosen: bool) -> Html:
    """One code of several that may mean the same; a button sends them together."""
    given = _attributes(type="checkbox", data_code=code, checked=chosen)
    return Html(f'<label class="choice"><input{given}><span>{to_html(words)}</span></label>')


def button(do: str, words: str, *, main: bool = False, **data: str) -> Html:
    """A button that asks the server for something; `data` goes along."""
    given = _attributes(
        type="button", data_do=do, class_="wide-button main" if main else "wide-button",
        **{f"data_{name}": value for name, value in data.items()},
    )  # fmt: skip
    return Html(f"<button{given}>{escape(words)}</button>")


def small(words: str, label: str, *, do: str = "", field: str = "") -> Html:
    """A small button beside something, with its whole name for those who cannot see where."""
    given = _attributes(type="button", class_="small-button", aria_label=label, title=label,
                        data_do=do or None, data_press=field or None)  # fmt: skip
    return Html(f"<button{given}>{escape(words)}</button>")
