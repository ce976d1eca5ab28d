"""No value of a template becomes code, and none is left out without a word."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from exports.scripts import rendering


@pytest.fixture
def render(tmp_path):
    """A template given as text, filled with values."""
    environment = rendering._build_environment(tmp_path)
    return lambda template, /, **values: environment.from_string(template).render(values)


@pytest.mark.parametrize(
    "text", ["a\nimport os", "a\r\nq()", "a\u2028stop()", "a\x0bq()", "a\x85q()", "a\u202e#b"]
)
def test_a_text_stays_in_its_comment(render, text):
    (line,) = render("# {{ text }}", text=text).splitlines()
    assert line.startswith("# a")
    assert "\u202e" not in line


@pytest.mark.parametrize("text", ['a"); q(); ("', "a\\", 'a\\"); q()', 'a\n"); q()'])
def test_a_text_stays_in_its_quotes(render, text):
    written = render("{{ text | quote }}", text=text)
    assert written[0] == written[-1] == '"'
    inside = written[1:-1].replace("\\\\", "").replace('\\"', "")
    assert '"' not in inside
    assert "\\" not in inside.replace("\\n", "")


def test_a_template_in_a_text_is_text(render):
    assert render("# {{ text }}", text="{{ 1 + 1 }} {% raw %}") == "# {{ 1 + 1 }} {% raw %}"


def test_a_number_goes_through_the_filter_of_its_language(render):
    assert render("c({{ x | r_numbers }})", x=[0.1, float("nan")]) == "c(0.1, NA)"
    assert render("{{ x | python_number }}", x=float("nan")) == 'float("nan")'
    assert render("{{ x | cuts }}", x=(20.0, 20.1)) == "20, 20.1"
    assert render("{{ n }}", n=10_000) == "10000"
    with pytest.raises(TypeError, match="needs a filter"):
        render("{{ x }}", x=0.1)


def test_a_value_that_is_not_given_is_an_error(render):
    with pytest.raises(UndefinedError):
        render("# {{ title }}")
    with pytest.raises(UndefinedError):
        render("{% if title %}{% endif %}")


def test_every_template_is_named_for_its_language():
    names = {path.name for path in rendering.TEMPLATES.iterdir()} - {"head.j2"}
    assert names
    assert all(name.endswith((".R.j2", ".py.j2")) for name in names)
