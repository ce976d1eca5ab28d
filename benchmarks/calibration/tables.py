"""The tables of docs/calibration.md, as Markdown."""

from __future__ import annotations

import numpy as np

from benchmarks.calibration import doses, paths
from benchmarks.calibration.rates import ENOUGH_EVENTS, HIGHEST, KINDS, LOWEST, Cell, Rate

BOUND = paths.HONEST[:-1]  # these may not reject more than 6 %
BOUNDED = {"null": BOUND, "dose": doses.WITHIN}
FLOOR = paths.HONEST[:2]  # paths that should reject at least 4 % where there are 12 events
ENOUGH_TRIALS = 500  # with 12 events: below, a cell has no word on the lower bound

HONEST = """\
### What the headline does

Null trials in which the headline p (several questions: p_all) is .05 or less, in %, ± one
Monte-Carlo standard error. Events: the median number of progressions or deaths. **Bold**: above
6 %.
"""
FLOOR_TEXT = """\
### Where there are events enough, the p's are not too careful either

The same among the trials with 12 progressions or deaths, or more; "trials" says how many these
were (lines with fewer than 500 are left out). **Bold**: below 4 %.
"""
NAIVE = """\
### What the uncorrected log-rank p does in the same trials

Null trials with "p < .05", in %. Best cut: the smallest log-rank p over the admissible cuts.
"""
MAXSTAT = """\
### What the p of maxstat does at the best cut

The same trials, with maxstat's best cut, by |Z|, and its p, which permutes patients together with
their follow-up, in %; beside it the p of the pages. **Bold**: above 6 %.
"""
STOPPING = """\
### Looking on until something is found

Null trials in which one of the twelve questions, asked one after another, has a p_all of .05 or
less *at the moment when it is looked at* (k = 1 at the first, 12 at the last), in %.
"""
RATIO = """\
### The hazard ratio at the best cut

Median over null trials, away from 1 (an HR of 0.5 counts as 2.0): Cox, as most programs print it
→ Firth's → corrected for optimism. The truth is 1.0.
"""
DOSES = """\
### Where outcome and marker go with the dose

Null trials in which the headline p is .05 or less, in %: the marker has no effect beyond the dose.
Crude, and within dose levels (strata). **Bold**: within levels, above 6 %.
"""
DOSE_POWER = """\
### The same where the marker has an effect

Trials in which an effect of HR 0.41 per standard deviation is found, in %.
"""
POWER = """\
### Power

Trials in which a true effect of the first marker on PFS is found, in %; even censoring. "True cut"
is the cut at which the hazard changes; for the linear effect, the median. The naive best cut is
shown for completeness: it "finds" 40 % where there is nothing. "Best cut" is judged by W, as on the
pages; "best cut by Z" with the p of maxstat.
"""


def page(cells: list[Cell]) -> str:
    """Every table, one below the other."""
    nulls, power, dose, dose_power = (
        [cell for cell in cells if cell.kind == kind] for kind in KINDS
    )
    return "\n".join([
        HONEST, honest(nulls), FLOOR_TEXT, floor(nulls), NAIVE, naive(nulls),
        MAXSTAT, maxstat(nulls), STOPPING, stopping(nulls), RATIO, hazard_ratios(nulls),
        POWER, powers(power), DOSES, by_dose(dose), DOSE_POWER, powers(dose_power, doses.PATHS),
    ])  # fmt: skip


def honest(cells: list[Cell]) -> str:
    """A row per cell: how often each path rejects."""
    rows = [
        [cell.name, cell.n, f"{np.median(cell.events):.0f}"]
        + [_percent(cell.rate(path), cell.rate(path).share > HIGHEST) for path in BOUND]
        for cell in cells
    ]
    return _table(["null trials", "n", "events", *BOUND], rows)


def floor(cells: list[Cell]) -> str:
    """The same for the lower bound, among the trials with enough events."""
    rows = []
    for cell in cells:
        rates = [cell.rate_with_events(path) for path in FLOOR]
        if rates[0].trials >= ENOUGH_TRIALS:
            shown = [_percent(rate, rate.share < LOWEST) for rate in rates]
            rows.append([cell.name, cell.n, f"{rates[0].trials:,}", *shown])
    return _table(["null trials", "n", "trials", *FLOOR], rows)


def naive(cells: list[Cell]) -> str:
    """A row per cell: how often p's that know nothing of the search reject."""
    rows = [
        [cell.name, cell.n, *(f"{100 * cell.rate(path).share:.0f}" for path in paths.NAIVE)]
        for cell in cells
    ]
    return _table(["null trials", "n", *(name[6:] for name in paths.NAIVE)], rows)


def maxstat(cells: list[Cell]) -> str:
    """A row per cell: how often either p of the best cut rejects, for PFS and OS."""
    pairs = zip(("best cut", "best cut, OS"), paths.MAXSTAT, strict=True)
    names = [name for pair in pairs for name in pair]
    rows = []
    for cell in cells:
        rates = [cell.rate(name) for name in names]
        shown = [_percent(rate, rate.share > HIGHEST) for rate in rates]
        rows.append([cell.name, cell.n, *shown])
    return _table(["null trials", "n", *names], rows)


def stopping(cells: list[Cell]) -> str:
    """A row per condition, a column per size."""
    return _by_size(cells, lambda cell: f"{100 * cell.rate(paths.HONEST[-1]).share:.1f}")


def hazard_ratios(cells: list[Cell]) -> str:
    """A row per condition, a column per size."""

    def text(cell: Cell) -> str:
        known = cell.ratios[~np.isnan(cell.ratios).any(axis=1)]
        return " → ".join(f"{ratio:.1f}" for ratio in np.median(known, axis=0))

    return _by_size([cell for cell in cells if cell.ratios.size], text)


def powers(cells: list[Cell], names: tuple[str, ...] = paths.POWER) -> str:
    """A row per effect and size."""
    rows = [
        [cell.name, cell.n, f"{np.median(cell.events):.0f}"]
        + [f"{100 * cell.rate(path).share:.0f}" for path in names]
        for cell in cells
    ]
    return _table(["effect", "n", "events", *names], rows)


def by_dose(cells: list[Cell]) -> str:
    """A row per way of the dose and size: how often the crude p rejects, and that within levels."""
    rows = [
        [cell.name, cell.n, f"{np.median(cell.events):.0f}"]
        + [f"{100 * cell.rate(path).share:.0f}" for path in doses.CRUDE]
        + [_percent(cell.rate(path), cell.rate(path).share > HIGHEST) for path in doses.WITHIN]
        for cell in cells
    ]
    return _table(["they go with the dose as", "n", "events", *doses.PATHS], rows)


def broken(cells: list[Cell]) -> list[str]:
    """Every bound that is broken by more than chance would do."""
    out = [
        f"{cell.name}, n = {cell.n}, {path}: {_percent(cell.rate(path))} %, above 6 %"
        for cell in cells
        for path in BOUNDED.get(cell.kind, ())
        if cell.rate(path).too_high
    ]
    for cell in cells:
        for path in FLOOR if cell.kind == "null" else ():
            rate = cell.rate_with_events(path)
            if rate.trials >= ENOUGH_TRIALS and rate.too_low:
                where = f"{cell.name}, n = {cell.n}, {path}, {ENOUGH_EVENTS} events or more"
                out.append(f"{where}: {_percent(rate)} %, below 4 %")
    return out


def _percent(rate: Rate, bold: bool = False) -> str:
    text = f"{100 * rate.share:.1f} ± {100 * rate.error:.1f}"
    return f"**{text}**" if bold else text


def _by_size(cells: list[Cell], text) -> str:
    sizes = sorted({cell.n for cell in cells})
    rows: dict[str, dict[int, str]] = {}
    for cell in cells:
        rows.setdefault(cell.name, {})[cell.n] = text(cell)
    lines = [[name, *(row.get(n, "") for n in sizes)] for name, row in rows.items()]
    return _table(["null trials", *(f"n = {n}" for n in sizes)], lines)


def _table(head: list[str], rows: list[list[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in lines) + "\n"
