"""What a browser needs to draw a moved cut-off by itself: result in, plain JSON out.

No number is written twice: the texts are those of the figure's own header at every cut, taken
apart into words, so that a word that comes again costs two bytes.
"""

from __future__ import annotations

import base64
import re
from typing import Any

import numpy as np

from analysis.question import write_number
from analysis.results.preview import CutPlaces, EndpointPreview, Preview
from analysis.results.survival import ComparedEndpoint, SurvivalResult
from figures.cutoff.dots import MOST_DOTS, edges
from figures.km.group import Group
from figures.km.header import header, stamp
from figures.style import LIGHT
from wording.numbers import cut_text
from wording.results import phrases
from wording.results.survival import describe_sizes

STYLED = re.compile(r"<(b|span)\s[^>]*>")


class Texts:
    """Texts of every cut as columns of words; `words` and `columns` go with the parts."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.columns: list[list[str]] = []
        self._numbers: dict[str, int] = {}
        self._known: dict[bytes, int] = {}

    def add(self, texts: list[str]) -> list[str | int]:
        """The parts of a text by cut: a word where it is always the same, else a column."""
        split = [text.split(" ") for text in texts]
        longest = max(map(len, split))
        places = zip(*(row + [""] * (longest - len(row)) for row in split), strict=True)
        return [self._part(place) for place in places]

    def _part(self, place: tuple[str, ...]) -> str | int:
        if len(set(place)) == 1:
            return place[0]
        numbers = np.array([self._number(word) for word in place], dtype=np.uint32)
        return self._known.setdefault(numbers.tobytes(), self._column(numbers))

    def _number(self, word: str) -> int:
        if word not in self._numbers:
            self._numbers[word] = len(self.words)
            self.words.append(word)
        return self._numbers[word]

    def _column(self, numbers: np.ndarray) -> int:
        if numbers.tobytes() not in self._known:
            self.columns.append(encode(numbers))
        return len(self.columns) - 1


def places_payload(places: CutPlaces, key: str) -> dict[str, Any]:
    """Where the line can stand and what the controls say there; no outcome."""
    return _payload(places, key, Texts(), {})


def preview_payload(found: Preview, key: str) -> dict[str, Any]:
    """The same, with every endpoint's patients and the words of its figure at every cut."""
    texts = Texts()
    figures = {one.of.code: _figure(found, one, texts) for one in found.endpoints}
    return _payload(found.places, key, texts, figures)


def header_texts(found: Preview, one: EndpointPreview, i: int) -> dict[str, str]:
    """The words of one endpoint's figure at place i, by the names of their annotations."""
    return _words(found.answer_at(i), one.at(i), one.sides(i))


def figure_words(answer: SurvivalResult) -> dict[str, dict[str, str]]:
    """The words of every drawn endpoint's figure by the names of their annotations."""
    return {one.code: _words(answer, one, one.by_group) for one in answer.estimated}


def _words(answer: SurvivalResult, one: ComparedEndpoint, rows: Any) -> dict[str, str]:
    labels = phrases.side_labels(answer)
    groups = [
        Group(number, label, "", "", "", None, rows[number], 0) for number, label in labels.items()
    ]
    lines = [*header(answer, one, groups, LIGHT), *stamp(answer, one, LIGHT)]
    return {line["name"]: strip_markup(line["text"]) for line in lines if "name" in line}


def strip_markup(text: str) -> str:
    """A text without its colours: the browser takes those of its theme."""
    return STYLED.sub(r"<\1>", text)


def encode(values: np.ndarray) -> list[str]:
    """An array as its kind and base64; whole numbers take what room they need."""
    if values.dtype.kind in "iub":
        most = int(values.max(initial=0))
        kind = "u1" if most < 2**8 else "u2" if most < 2**16 else "u4"
    else:
        kind = values.dtype.str[1:]
    return [kind, base64.b64encode(values.astype(f"<{kind}").tobytes()).decode()]


def _payload(places: CutPlaces, key: str, texts: Texts, figures: dict[str, Any]) -> dict[str, Any]:
    sample, cuts = places.sample, places.cut.tolist()
    unit = f" {sample.unit}".rstrip()
    values = sample.values
    low = places.n_low.tolist()
    counts = [describe_sizes([values.size - n, n], (cuts[0],), sample.scale) for n in low]
    payload = {
        "key": key,
        "at": encode(places.at.astype(np.float32)),
        "low": encode(places.n_low),
        "plain": texts.add([write_number(cut) for cut in cuts]),
        "said": texts.add([cut_text(cut) + unit for cut in cuts]),
        "counts": texts.add(counts),
        "figures": figures,
    }
    if values.size > MOST_DOTS:
        payload["bins"] = encode(np.histogram(places.axis.position(values), edges())[0])
    return {**payload, "words": texts.words, "columns": texts.columns}


def _figure(found: Preview, one: EndpointPreview, texts: Texts) -> dict[str, Any]:
    times, index = np.unique(one.time, return_inverse=True)
    lines = [header_texts(found, one, i) for i in range(found.places.cut.size)]
    return {
        "times": encode(times),
        "time": encode(index),
        "event": encode(one.event),
        "low": encode(one.n_low),
        "texts": {name: texts.add([line[name] for line in lines]) for name in lines[0]},
    }
