"""Cutline: the app, its cache and its pages; `server` is what gunicorn serves."""

from __future__ import annotations

import sys

import pandas as pd
from dash import Dash

import web
from callbacks import browser_config, wiring
from components import shell
from data import settings
from data.cache import CONFIG, cache
from data.state_dir import StateDirError
from data.validate import DataProblems
from services import cohorts, patient_ids, warm_up
from web.serve import serve

pd.options.mode.copy_on_write = True  # cached frames are shared: nobody may change them


def create() -> Dash:
    """The app with its cache, cohorts, layout, callbacks and guards."""
    index = shell.index(browser_config.config())
    app = Dash(__name__, title="Cutline", update_title=None, index_string=index)
    cache.init_app(app.server, config=CONFIG)
    with app.server.app_context():
        cohorts.open_builtin()
        if folder := settings.read("COHORT"):
            cohorts.open_folder(folder)
        app.layout = shell.layout(cohorts.list_titles())
    wiring.register(app)
    web.init(app, ready=warm_up.ready, pages=patient_ids.is_page)
    return app


try:
    app = create()
    warm_up.begin()
except (DataProblems, StateDirError) as reason:  # what the user can mend, in words
    print(f"Cutline cannot start: {reason}", file=sys.stderr)
    sys.exit(2)
server = app.server

if __name__ == "__main__":
    sys.exit(serve(server))
