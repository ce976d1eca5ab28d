"""The headers that tell a browser what these pages may do, and what it may keep."""

import dash
from flask import Response, request

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",  # frame-ancestors for browsers that are old
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
YEAR = 365 * 24 * 3600


def policy(app: dash.Dash) -> str:
    """The content-security policy; Dash's inline scripts are let in by their hashes."""
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {' '.join(dict.fromkeys(app.csp_hashes()))}",
            "style-src 'self' 'unsafe-inline'",  # plotly.js and the components style in place
            "img-src 'self' data: blob:",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ]
    )


def init(app: dash.Dash) -> None:
    """Add the headers to every response."""
    prefix = app.config.routes_pathname_prefix
    assets = app.config.assets_url_path.strip("/")
    # The icon is asked for after every change of the address.
    kept = (f"{prefix}{assets}/", f"{prefix}_dash-component-suites/", f"{prefix}_favicon.ico")
    security = policy(app)

    @app.server.after_request
    def add(response: Response) -> Response:
        response.headers.update(FIXED)
        response.headers["Content-Security-Policy"] = security
        if response.status_code >= 400 or not request.path.startswith(kept):
            response.headers["Cache-Control"] = "no-store"
        elif request.path.endswith("_favicon.ico"):
            response.headers["Cache-Control"] = "public, max-age=86400"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
        return response
