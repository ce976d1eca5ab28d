"""The search over cut-offs and one moved cut, against lifelines and R's maxstat; as Markdown.

Both sides get the same rows of the same run, and must give the same numbers. R's calls are timed
inside R, so its start does not count. Where R or its maxstat is missing, its rows say so.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import tempfile
import time
import timeit
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test

from analysis.stats import cutoff
from analysis.stats.cutoff.ordering import Order

SIZES = (17, 100, 1_000, 10_000)
PERMUTATIONS, RESAMPLES = 10_000, 2_000
REPEATS = 5
SPREAD = 100  # cuts that lifelines is timed at, where there are more; its loop is scaled up
TIMED = {17: 2_000, 100: 2_000, 1_000: 500, 10_000: 100}  # resamples that R is timed at
COLD_N, COLD_GOAL, COLD_SETS = 200, 0.050, 15
LEAST = 0.2  # s, as in R; a shorter call is made many times

EVERY, KEPT = "every admissible cut, exact chi2", "the same with the order kept"
NULL = "10,000 permutations, `p_permutation` and `p_adjusted` of every cut"
DRAWN, MOVED = "2,000 resamples of the search", "one answer for a moved cut (KM, log-rank, HR)"
GOALS = {
    EVERY: (3_000, 10_000, 50_000, 50_000),
    KEPT: (10, 10, 10, 10),
    NULL: (10, 15, 30, 50),
    DRAWN: (2_000, 400, 100, 100),
    MOVED: (1_000, 1_000, 500, 300),
}
R_SCRIPT = Path(__file__).with_name("maxstat.R")


@dataclass(frozen=True)
class Rows:
    """Patients, complete: marker, follow-up, event (False is censored); and the same in order."""

    time: np.ndarray
    event: np.ndarray
    marker: np.ndarray
    order: Order

    @property
    def n(self) -> int:
        """Patients."""
        return self.order.n


@dataclass(frozen=True)
class Pair:
    """One task at one n: seconds of both, or None where the other is not installed."""

    task: str
    n: int
    other: str
    theirs: float | None
    mine: float


def table() -> str:
    """Every task at every n as Markdown, then the whole search at n = 200."""
    cutoff.warm()
    lines = ["| cut-offs | n | against | theirs, ms | Cutline, ms | ratio | goal | |",
             "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    pairs = [pair for n in SIZES for pair in measured(n)]
    for task in GOALS:
        lines += [_line(pair) for pair in pairs if pair.task == task]
    return "\n".join(lines) + "\n\n" + _whole_search()


def measured(n: int) -> Iterator[Pair]:
    """Every task at one n; ValueError where the two sides disagree."""
    rows = patients(n)
    kept = rows.order
    yield _every_cut(rows)
    r = _from_r(rows)
    if r:
        _agree(rows, r)
    calls = {
        KEPT: (lambda: cutoff.scan(kept), "R maxstat Lau92", "lau92"),
        NULL: (
            lambda: cutoff.null(kept, permutations=PERMUTATIONS),
            "R maxstat condMC, B = 9,999",
            "condmc",
        ),
        DRAWN: (
            lambda: cutoff.resample(kept, resamples=RESAMPLES),
            f"R maxstat loop{_part(TIMED[n], RESAMPLES)}",
            "loop",
        ),
    }
    for task, (call, other, name) in calls.items():
        yield Pair(task, n, other, r[name] if r else None, seconds(call))
    yield _moved(rows)


def patients(n: int, seed: int = 1) -> Rows:
    """Exponential survival with 30 % censoring, and a marker that raises the hazard a little."""
    rng = np.random.default_rng([seed, n])
    marker = rng.normal(size=n)
    survival = rng.exponential(np.exp(-0.3 * marker))
    censored = rng.exponential(7 / 3, n)  # hazard 3/7 beside 1: the first in 30 of 100
    event = survival <= censored
    follow_up = np.minimum(survival, censored)
    return Rows(follow_up, event, marker, cutoff.order(follow_up, event, marker))


def seconds(call: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median of one call, after one that does not count."""
    call()
    timer, times = timeit.Timer(call), 1
    while timer.timeit(times) < LEAST:
        times *= 2
    return statistics.median(timer.repeat(repeats, times)) / times


# ------------------------------------------------------------------------------------ lifelines


def _every_cut(rows: Rows) -> Pair:
    cuts = rows.order.cuts
    some = _spread(cuts, SPREAD)

    def loop() -> list[float]:
        return [logrank_test(*_sides(rows, rows.marker > cut)).test_statistic for cut in some]

    own = cutoff.scan(rows.order)[np.searchsorted(cuts, some)]
    _same(own, loop(), f"chi2 at n = {rows.n}")
    mine = seconds(lambda: cutoff.scan(cutoff.order(rows.time, rows.event, rows.marker)))
    theirs = seconds(loop, 3) * cuts.size / some.size
    other = f"lifelines logrank_test{_part(some.size, cuts.size)}"
    return Pair(EVERY, rows.n, other, theirs, mine)


def _moved(rows: Rows) -> Pair:
    """The mean over cuts in the middle half, so that every one has a hazard ratio."""
    cuts = rows.order.cuts
    cuts = _spread(cuts[cuts.size // 4 : cuts.size - cuts.size // 4], 5)
    _same([cutoff.answer(rows.order, cut).hr for cut in cuts],
          [with_lifelines(rows, cut) for cut in cuts], f"HR at n = {rows.n}", 1e-4)  # fmt: skip
    mine = seconds(lambda: [cutoff.answer(rows.order, cut) for cut in cuts])
    theirs = seconds(lambda: [with_lifelines(rows, cut) for cut in cuts], 5)
    return Pair(MOVED, rows.n, "lifelines", theirs / cuts.size, mine / cuts.size)


def with_lifelines(rows: Rows, cut: float) -> float:
    """Curves of both sides, log-rank and Cox model of one cut; returns the hazard ratio."""
    high = rows.marker > cut
    time_high, time_low, event_high, event_low = sides = _sides(rows, high)
    KaplanMeierFitter().fit(time_low, event_low)
    KaplanMeierFitter().fit(time_high, event_high)
    logrank_test(*sides)
    data = pd.DataFrame({"time": rows.time, "event": rows.event, "high": high.astype(float)})
    return float(CoxPHFitter().fit(data, "time", "event").hazard_ratios_["high"])


def _sides(rows: Rows, high: np.ndarray) -> tuple[np.ndarray, ...]:
    return rows.time[high], rows.time[~high], rows.event[high], rows.event[~high]


def _spread(cuts: np.ndarray, most: int) -> np.ndarray:
    """All cuts, or ``most`` of them evenly spread."""
    return cuts[np.unique(np.linspace(0, cuts.size - 1, min(most, cuts.size)).astype(int))]


# -------------------------------------------------------------------------------------------- R


def has_maxstat() -> bool:
    """Whether Rscript starts and finds maxstat and survival."""
    rscript = shutil.which("Rscript")
    if not rscript:
        return False
    found = "quit(status = !(requireNamespace('maxstat') && requireNamespace('survival')))"
    return subprocess.run([rscript, "-e", found], capture_output=True).returncode == 0


def _from_r(rows: Rows) -> dict | None:
    """Seconds of R's calls and what it found; None where it is not installed."""
    if not has_maxstat():
        return None
    # maxstat admits floor(n minprop) low patients and more; so these are the same cuts as ours
    n, least = rows.n, rows.order.fewest
    shares = [repr((low + 1e-6) / n) for low in (least, n - least)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        data = {"time": rows.time, "event": rows.event.astype(int), "marker": rows.marker}
        pd.DataFrame(data).to_csv(path, index=False)
        command = ["Rscript", "--vanilla", str(R_SCRIPT), str(path), *shares, str(TIMED[n])]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict = {"drawn": [], "drawn_cut": []}
    for name, *numbers in map(str.split, said.splitlines()):
        if name == "drawn":
            found[name].append(np.array(numbers, dtype=float).astype(int) - 1)
        elif name == "drawn_cut":
            found[name].append(float(numbers[0]))
        else:
            found[name] = float(numbers[0])
    return found | {"loop": found["resample"] * RESAMPLES}


def _agree(rows: Rows, r: dict) -> None:
    search = cutoff.search(rows.time, rows.event, rows.marker, permutations=PERMUTATIONS)
    at = f"at n = {rows.n}"
    _same(search.statistic, r["statistic"], f"M {at}")
    _same(search.best["cut"], r["cut"], f"best cut {at}")
    if abs(search.p_adjusted - r["p"]) > 0.03:  # four standard errors of both, at worst
        raise ValueError(f"p_adjusted {at}: {search.p_adjusted}, but R has {r['p']}.")
    own = [cutoff.best_of_rows(rows.order, drawn) for drawn in r["drawn"]]
    _same(own, r["drawn_cut"], f"best cuts of resamples {at}")


# ------------------------------------------------------------------------------------- together


def _whole_search() -> str:
    """Search and stability of patients never seen before, so that nothing can be kept."""
    taken = []
    for seed in range(100, 100 + COLD_SETS):
        rows = patients(COLD_N, seed)
        given = rows.time, rows.event, rows.marker
        began = time.perf_counter()
        cutoff.search(*given, permutations=PERMUTATIONS)
        cutoff.stability(*given, resamples=RESAMPLES)
        taken.append(time.perf_counter() - began)
    middle, high = statistics.median(taken), float(np.percentile(taken, 95))
    return (
        f"Search with 10,000 permutations and 2,000 resamples, cold cache, n = {COLD_N}: "
        f"**{middle * 1000:.1f} ms** (p95 {high * 1000:.1f}; goal ≤ {COLD_GOAL * 1000:.0f}; "
        f"{_held(middle <= COLD_GOAL)}).\n"
    )


def _line(pair: Pair) -> str:
    goal = GOALS[pair.task][SIZES.index(pair.n)]
    start = f"| {pair.task} | {pair.n:,} | {pair.other} "
    if pair.theirs is None:
        return f"{start}| R not installed | {_ms(pair.mine)} | – | ≥ {goal:,}× | not measured |"
    ratio = pair.theirs / pair.mine
    return (
        f"{start}| {_ms(pair.theirs)} | {_ms(pair.mine)} | {_ratio(ratio)}× | ≥ {goal:,}× "
        f"| {_held(ratio >= goal)} |"
    )


def _held(good: bool) -> str:
    return "held" if good else "**missed**"


def _part(timed: int, of: int) -> str:
    """How much of a loop was timed, where not all of it."""
    return "" if timed >= of else f" ({timed:,} of {of:,} timed, scaled)"


def _ms(taken: float) -> str:
    """Milliseconds with three digits."""
    return f"{float(f'{taken * 1000:.3g}'):,.12g}"


def _ratio(ratio: float) -> str:
    """Rounded down, so that no goal is reached by rounding."""
    return f"{np.floor(ratio * 10) / 10:.1f}" if ratio < 100 else f"{int(ratio):,}"


def _same(mine, theirs, what: str, share: float = 1e-7) -> None:
    if not np.allclose(mine, theirs, rtol=share, atol=1e-9):
        raise ValueError(f"{what}: {mine}, but theirs is {theirs}.")


if __name__ == "__main__":
    print(table())
