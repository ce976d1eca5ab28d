"""The words of the data page."""

from __future__ import annotations

from typing import Any

BRING_DATA = "Bring your own data: drop a file, check what was understood, open it."


def describe_open_cohort(
    title: str, patients: str, endpoints: str, markers: str, visits: str
) -> str:
    """What the other pages show; every part is counted already ("17 patients")."""
    counts = f"{patients}, {endpoints}, {markers} at {visits}"
    return f"Shown on the other pages now: {title} ({counts})."


NO_COOKIE = (
    "Your browser keeps no cookie of this program; allow it, then hand the files over again."
)

FILES_GONE = "These files are no longer here: hand them over once more."

AFTER = (
    ("endpoint", "Endpoint’s name"), ("visit", "Visit"), ("day", "Day of the sample"),
    ("marker_column", "Marker: its values"), ("marker", "Marker’s name"),
    ("value", "Value of the named marker"), ("unit", "Unit"), ("below_limit", "Below the limit"),
    ("covariate", "Characteristic"), ("ignore", "Left out"),
)  # fmt: skip


def describe_left_out(left: Any) -> str:
    return f"Looks like it names people, so it is left out: {', '.join(left)}."


def name_censoring_flag(ep: str) -> str:
    return f"Censoring flag of {ep} (0 = event)"


NO_SETS_A = "You have opened no data set yet. What you open stands here, to be opened again, "

NO_SETS_B = "renamed, replaced by a newer version, or deleted."


def describe_damage(one: Any) -> str:
    return f"cannot be opened: {one.damaged}. Bring its file once more."


def name_change(title: Any) -> str:
    return f"Change how {title} was read"


def name_replacing(title: Any) -> str:
    return f"Replace {title} by a newer file"


def name_download(title: Any) -> str:
    return f"Download {title} as Cutline’s own tables (zip)"


def ask_before_deleting(title: str, files: str) -> str:
    return (
        f"Delete “{title}” for good, with {files}? Links to it stop working. This cannot be undone."
    )


BUILTIN_TITLE = "Data sets that come with the program"


def describe_blocked(what: Any) -> str:
    return f"{what} these files from being opened. Nothing of them was changed."


def ask_to_look(unsure: Any) -> str:
    return f" Please look at {', '.join(unsure)} first."


def describe_memory(day: str) -> str:
    return f"Read as you mapped a file of this shape on {day}. "


FORGET = "Forget that and guess anew"

UNIT_OF_TIMES = "Unit of the times"

TIMES_ARE_IN = "The times in the files are in "


def describe_shown_unit(because: Any, found: Any) -> str:
    return f"{because}Shown in {found.time_unit or 'months'}."


REMOVE_UNOPENED = "Remove these files without opening"

NAME_OF_SET = "Name of the data set"

NEW_SET = "a new data set"

OPEN_AND_SHOW = "Open and show survival"

KINDS = "CSV, Excel (.xlsx), SAS (.xpt, .sas7bdat), Dataset-JSON, or a zip of these"


def describe_limits(kinds: object, largest: str) -> str:
    return (
        f"{kinds}. Several files that belong together (ADSL, ADTTE, ADLB …) at "
        f"once. At most {largest}."
    )


TEMPLATE_LINK = "Download a workbook to fill in (template.xlsx)"

READS_BACK = ": it reads back without a question."

WHERE_DATA_STAY = "Where your data stay. "

STAYS_HERE = (
    "On the machine that runs this program, in its own folder; they are sent nowhere else. "
    "Only this browser can open them here: a link shows them to nobody else, and clearing "
    "the browser’s cookies loses access to them. Whoever runs that machine could read "
    "its disk. "
)

REMOVES_FOR_GOOD = " in the list below removes files and tables for good. "


def ask_for_codes(name: Any) -> str:
    return f"{name}: what do these codes mean?"


def describe_coding(name: Any, events: Any, censored: Any) -> str:
    return (
        f"{name}: {events:,} {'event' if events == 1 else 'events'}, {censored:,} censored: right?"
    )


def describe_many_codes(filled: Any) -> str:
    return f"{len(filled)} different codes: mend the column."


def describe_code(rows: Any) -> str:
    return f" means the event ({rows:,} rows)"


TICKED = "Ticked: event. All others: censored"


def count_without_unit(bare: Any) -> str:
    return f" {len(bare)} without a unit."


NAME_EXAMPLE = "Name (such as CD4:CD8)"

UNIT_IF_ANY = "Unit, if it has one"

DERIVED_NOTE = (
    "A ratio, a product or a difference, worked out at each visit that has both. "
    "Change from baseline and fold change need no marker of their own: every page offers them."
)

MAKE_A_MARKER = "Make a marker of two others"

MARKS = "Download the workbook with these cells marked"

ONE_REMARK = "1 remark on these files"


def count_remarks(n: int) -> str:
    return f"{n:,} remarks on these files"


def describe_remarks(head: Any) -> str:
    return f"{head}: set aside, changed on the way, or worth a look"


WHAT_TO_DO = "What, and what to do"


def describe_one_visit(names: Any) -> str:
    return f"One visit: {names[0][1]}."


MOST_VALUES = "the one with most values"

OPENS_WITH_ = "Visit that a question opens with "

OPENS_WITH = "Visit that a question opens with"


def describe_unknown_days(unknown: Any) -> str:
    return f" The day of {', '.join(unknown[:6])} is not known."


DAY_OF_VISIT = "the day of a visit"

DAY_SINCE_ZERO = "Day since time zero"
