"""The page of a figure's other files: paper sizes, resolution, rounding, a template of one's own.

A page of its own with plain forms, so that the pages themselves need none.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from markupsafe import Markup, escape

from exports.drawing.frames import DPI, FRAMES, FREE, NARROWEST, WIDEST

PAGE = Markup("""<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>{title} · Cutline</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 42em; margin: 3em auto; padding: 0 16px }}
fieldset {{ border: 1px solid GrayText; border-radius: 10px; margin: 0 0 20px;
  padding: 12px 16px; min-width: 0 }}
input[type=file] {{ max-width: 100% }}
label {{ display: block; margin: 8px 0 }} legend {{ font-weight: 600; padding: 0 6px }}
select, input, button {{ font: inherit; min-height: 32px }}
.note {{ opacity: .75; font-size: 14px }}
input[type=checkbox] {{ min-height: 0; width: 20px; height: 20px; vertical-align: -4px }}
button {{ padding: 0 14px; margin: 4px 6px 4px 0; border-radius: 8px; border: 1px solid GrayText }}
</style></head><body><h1>{title}</h1>{body}
<p><a href="{back}">Back to the figure</a></p></body></html>""")

PICTURE = Markup("""<form method="get" action="{action}svg">{hidden}<fieldset>
<legend>A picture</legend>
<label>Paper <select name="frame">{frames}</select></label>
<label>Width, if one’s own, in mm ({least} to {most})
<input name="mm" type="number" min="{least}" max="{most}" value="120"></label>
<label>Resolution of a PNG <select name="dpi">{dpi}</select></label>{rounded}
<p class="note">Pictures for journals have no title, sentence, grid or coloured text: title and
sentence stand in the caption. PDF has its fonts embedded.</p>
<button>SVG</button><button formaction="{action}pdf">PDF</button>
<button formaction="{action}png">PNG</button></fieldset></form>""")

ROUNDED = Markup("""<label><input type="checkbox" name="rounded" value="yes">
Round the times of the curves to 0.01 month (or whole days): a vector curve gives its times back.
</label>""")

SLIDES = Markup("""<form method="post" enctype="multipart/form-data" action="{action}pptx?{query}">
<fieldset><legend>A slide in a template of one’s own</legend>
<label>Template (.pptx or .potx, 13.333 × 7.5 inches, at most {size})
<input type="file" name="template" accept=".pptx,.potx" required></label>
<p class="note">Its layout with a title and the fewest other places is used, its slides are left
out. Macros and embedded programs are refused. The file is not kept.</p>
<button>PowerPoint slide</button></fieldset></form>""")


def page(title: str, query: str, action: str, back: str, *, rounds: bool, size: str) -> str:
    """The page; `query` says the figure, `action` is what stands before the kind of file."""
    hidden = Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
        for name, value in parse_qsl(query)
    )
    known = [(code, frame.label) for code, frame in FRAMES.items()] + [(FREE, "One’s own width")]
    picture = PICTURE.format(
        action=action, hidden=hidden, frames=_options(known), least=NARROWEST, most=WIDEST,
        dpi=_options([(str(one), f"{one} dpi") for one in DPI], "300"),
        rounded=ROUNDED if rounds else "",
    )  # fmt: skip
    body = picture + SLIDES.format(action=action, query=query, size=size)
    return str(PAGE.format(title=title, body=body, back=back))


def _options(known: list[tuple[str, str]], chosen: str = "") -> Markup:
    return Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            code, Markup(" selected") if code == chosen else "", escape(label)
        )
        for code, label in known
    )
