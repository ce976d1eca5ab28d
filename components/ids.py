"""Every id of the page, once; those that others rely on keep their plain names."""

from dash.dependencies import Wildcard

Which = str | Wildcard  # one place, or all that are alike

# State that lives in the browser.
ADDRESS = "address"  # {"path", "search"} of the location, read at load and on back and forward
QUESTION = "question"  # the complete question: {"path", "query", "title", "entry"}
CUT_SETTLED = "cut-settled"  # {"cut", "n"}: where the line was left, and how often it was moved
PREVIEW_OF = "preview-of"  # the question without its cut, of which a preview is wanted
PREVIEW = "preview"  # what a drag is drawn from
THEME = "theme"  # "light" or "dark"
SHOWN = "shown"  # the name of the view in the page container
TURN = "turn"  # the question whose page has to be shown first
ASKED = "asked"  # the question that the texts of the page answer
FIGURES = "figures"  # the question that its figures answer; after a drag a little later
SAID = "said"  # its data-said: the words of the figures, as the server has them
HEARD = "heard"  # when they were said, once the browser has shown them
SEARCH_WANTED = "search-wanted"  # {"path", "query"}: a search that the answer did not wait for
GO = "go"  # the query of a question to open, as a link would
WRITTEN = "written"  # grows when a lock was written: everything is drawn anew
BROUGHT = "brought"  # what the data page asks for: {"do", "draft", …, "n"}
ROWS_OF = "rows-of"  # {"query", "at"}: the question whose patients are listed
SEARCH_DONE = "search-done"  # the search that was waited for: everything is drawn anew

# The shell.
PROVIDER = "provider"
PAGE = "page"
PAGES = "pages"  # what the browser knows of every page
MESSAGE = "message"
SUMMARY = "summary"
NOTICE = "synthetic-notice"
CONTROLS = "controls"
THEME_TOGGLE = "theme-toggle"
COPY_LINK = "copy-link"
STATUS = "status"  # what has just been done, in a few words

# Working with questions: steps back, questions kept by name, the basket, presenting.
UNDO = "undo"
REDO = "redo"
RESET = "reset"
PRESENT = "present"
SAVED_MENU = "saved-menu"
SAVED_OF = "saved-of"  # the cohort whose saved questions are listed
SAVED_ACT = "saved-act"  # {"do", "of", …}: what a button of the list asks for
SAVED_LIST = "saved-list"
SAVED_NAME = "saved-name"
SAVED_AUTHOR = "saved-author"
SAVED_WRITE = "saved-write"
SAVED_MESSAGE = "saved-message"
BASKET_ACT = "basket-act"  # {"do", "of", …}: what a button of a figure or of the basket asks for
BASKET_COUNT = "basket-count"
BASKET_SAID = "basket-said"  # {"text"}: what became of it

# The question's controls; the ids of the fields are the names of the question's fields.
FIELD_CONTROLS = ("cohort", "endpoint", "marker", "visit", "measure", "baseline", "clock", "blind")
CUT = "cut"
CUT_SLIDER = "cut-slider"
CUT_LINE = "cut-line"
CUT_UNIT = "cut-unit"
CUT_COUNT = "cut-count"
STEP_DOWN = "cut-step-down"
STEP_UP = "cut-step-up"
CUT_MEDIAN = "cut-median"
BLIND = "blind"
LOCK_TITLE = "lock-title"
LOCK_STATE = "lock-state"
LOCK_NAME = "lock-name"
LOCK_REASON = "lock-reason"
LOCK_WRITE = "lock-write"
LOCK_TARGET = "lock-target"
LOCK_CARRY = "lock-carry"
LOCK_CARRY_ROW = "lock-carry-row"
LOCK_MESSAGE = "lock-message"
MORE = "question-more"  # the folded line: measure, baseline, clock
KM = "km"  # the box of the figure of the question's endpoint; the browser moves it there
LATER = "later"  # the part of a page that is asked for when its answer stands
GRID_BOX = "patients-grid-box"
PATIENTS_SEARCH = "patients-search"
DATA_FILES = "data-files"
DATA_UNDERSTOOD = "data-understood"


def part(view: Which, name: Which, of: Which = "") -> dict[str, Which]:
    """The place of one part of one view; `of` tells equal places apart (an endpoint's code)."""
    return {"type": "part", "view": view, "part": name, "of": of}


def chart(view: Which, name: Which, of: Which = "") -> dict[str, Which]:
    """The graph of a part that is a figure."""
    return {**part(view, name, of), "type": "chart"}


def frame(view: Which, name: Which, of: Which = "") -> dict[str, Which]:
    """The box around such a graph, which carries its name for screen readers."""
    return {**part(view, name, of), "type": "frame"}


def grid(view: object) -> dict[str, object]:
    """The list of a view that has one."""
    return {"type": "grid", "view": view}


def note(name: str, of: object = "patient") -> dict[str, object]:
    """A piece of the notes' form."""
    return {"type": f"note-{name}", "of": of}


def brought(of: object) -> dict[str, object]:
    """A place of the data page: "draft" or "sets"."""
    return {"type": "brought", "of": of}


def basket_list(of: object) -> dict[str, object]:
    """The list on the basket's page."""
    return {"type": "basket-list", "of": of}


def nav(view: str) -> dict[str, str]:
    """A view's link in the header."""
    return {"type": "nav", "view": view}
