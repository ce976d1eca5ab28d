"""Dark and light: kept in the browser, the system's preference at first."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from components import ids


def register(app: Dash) -> None:
    """Toggle and apply the theme without asking the server."""
    app.clientside_callback(
        ClientsideFunction("theme", "choose"),
        Output(ids.THEME, "data"),
        Input(ids.THEME_TOGGLE, "n_clicks"),
        State(ids.THEME, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("theme", "paint"),
        Output(ids.PROVIDER, "forceColorScheme"),
        Input(ids.THEME, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("theme", "copyLink"),
        Output(ids.COPY_LINK, "children"),
        Input(ids.COPY_LINK, "n_clicks"),
        prevent_initial_call=True,
    )
