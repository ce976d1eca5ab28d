"""Whole pages of HTML made of `templates/*.html.j2`: every value is escaped."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    auto_reload=False,
)


def render_page(template: str, **values: object) -> str:
    """A page filled with values; an error where the template names one that is not given."""
    return _environment.get_template(template).render(values)
