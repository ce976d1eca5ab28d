"""Html text is escaped, and only plain elements pass."""

import html as standard
from html.parser import HTMLParser

import pytest
from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st

from components.server_html import to_html


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text, self.attributes = [], "", {}

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.update(attrs)

    def handle_data(self, data):
        self.text += data


@given(st.text(), st.text())
def test_no_text_becomes_markup(text, title):
    reader = Reader()
    reader.feed(to_html(html.P(text, title=title)))
    reader.close()
    assert reader.tags == ["p"]
    assert reader.text.replace("\r", "\n") == standard.unescape(standard.escape(text)).replace(
        "\r", "\n"
    )
    assert (reader.attributes.get("title") or "").replace("\r", "\n") == title.replace("\r", "\n")


def test_markup_in_a_name_is_shown_as_text():
    assert to_html(html.B("<script>alert(1)</script>")) == (
        "<b>&lt;script&gt;alert(1)&lt;/script&gt;</b>"
    )


@pytest.mark.parametrize("href", ["javascript:alert(1)", "https://evil", "//evil", "data:x", ""])
def test_links_lead_to_our_own_pages_only(href):
    with pytest.raises(ValueError):
        to_html(html.A("x", href=href))


@pytest.mark.parametrize("element", [html.Script("x"), html.Iframe(), dcc.Graph(), html.Form()])
def test_only_plain_elements_pass(element):
    with pytest.raises(TypeError):
        to_html(element)


def test_attributes_lists_and_nothing():
    drawn = html.Div(
        [None, "a", 3, html.Br()], className="x", hidden=True, style={"width": "4%"},
        **{"aria-label": "l"},
    )  # fmt: skip
    assert to_html(drawn) == (
        '<div aria-label="l" class="x" hidden style="width:4%">a3<br></br></div>'
    )
