"""How often one visitor may ask: a bucket of tokens each, in this process's memory."""

import threading
import time
from collections.abc import Callable

import dash
from cachetools import LRUCache
from flask import Response, request

from services.request import owner
from web.refuse import refuse

RATE = 30.0
BURST = 200.0
VISITORS = 10_000
SETTING = "CUTLINE_RATE_LIMIT"  # False in the server's config turns the limit off


class Buckets:
    """Token buckets by visitor; the longest unused give way to new ones."""

    def __init__(
        self,
        rate: float = RATE,
        burst: float = BURST,
        most: int = VISITORS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._lock = threading.Lock()
        self._buckets: LRUCache[str, tuple[float, float]] = LRUCache(most)

    def __len__(self) -> int:
        return len(self._buckets)

    def wait(self, visitor: str) -> float:
        """Take a token: 0 if there was one, otherwise the seconds until there is."""
        with self._lock:
            now = self._clock()
            tokens, then = self._buckets.pop(visitor, (self._burst, now))
            tokens = min(self._burst, tokens + (now - then) * self._rate)
            taken = 1.0 if tokens >= 1.0 else 0.0
            self._buckets[visitor] = (tokens - taken, now)
            return 0.0 if taken else (1.0 - tokens) / self._rate


def visitor() -> str:
    """Who is counted: the owner of the cookie, or the address where there is none."""
    known = owner.known_owner()
    return f"owner {known}" if known else f"address {request.remote_addr}"


def init(app: dash.Dash) -> None:
    """Answer 429 to a visitor who asks too often; assets and health are free."""
    buckets = Buckets()
    prefix = app.config.routes_pathname_prefix
    free = tuple(
        prefix + path
        for path in (
            f"{app.config.assets_url_path.strip('/')}/",
            "_dash-component-suites/",
            "_favicon.ico",
            "health",
        )
    )

    @app.server.before_request
    def limit() -> Response | None:
        if request.path.startswith(free) or not app.server.config.get(SETTING, True):
            return None
        wait = buckets.wait(visitor())
        if not wait:
            return None
        response = refuse(429, "Too many requests; please wait a moment.")
        response.headers["Retry-After"] = str(int(wait) + 1)
        return response
