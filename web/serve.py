"""Serving with waitress: one process, threads, the same on Linux, macOS and Windows."""

import ipaddress
import logging
import signal
import sys
import threading
import webbrowser
from types import FrameType

import waitress
from flask import Flask
from waitress.server import BaseWSGIServer, MultiSocketServer

from data import settings
from data.limits import LIMITS

THREADS = 8
MORE = 2_000_000  # bytes above the largest body that are still read and answered in words
IDLE = 60  # seconds after which a silent connection is closed
FORWARDED = {"x-forwarded-for", "x-forwarded-proto"}
LOCAL_NAMES = ["localhost", "127.0.0.1", "[::1]"]


def serve(server: Flask, host: str | None = None, port: str | int | None = None) -> int:
    """Serve until a signal ends it; the exit code is 0, or 2 where it cannot start.

    Without arguments HOST and PORT of the environment are used."""
    host = host or settings.read("HOST")
    port = port if port is not None else settings.read("PORT")
    number = _port(port)
    if number is None:
        return _cannot(f"PORT must be a number from 0 to 65535, not {port!r}.")
    trust_hosts(server, host)
    try:
        listening = _listen(server, host, number)
    except OSError as error:
        return _cannot(f"Cutline cannot listen at {_address(host, port)}: {error.strerror}.")
    except ValueError:
        return _cannot(f"Cutline cannot listen at {_address(host, port)}: HOST is not an address.")
    _run(listening, _address(host, _actual_port(listening)))
    return 0


def trust_hosts(server: Flask, host: str) -> None:
    """On a loopback address answer only to this machine's own names, so that a foreign page
    cannot reach the program by pointing its own name here. CUTLINE_HOSTS adds names."""
    names = [name for name in settings.read("CUTLINE_HOSTS").split(",") if name.strip()]
    if _is_loopback(host):
        server.config["TRUSTED_HOSTS"] = LOCAL_NAMES + [name.strip() for name in names]


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _port(port: str | int) -> int | None:
    """A port's number, None where it is none; 0 lets the system choose."""
    text = str(port).strip()
    fits = text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= 65_535
    return int(text) if fits else None


def _listen(server: Flask, host: str, port: int) -> BaseWSGIServer | MultiSocketServer:
    """Forwarding headers count only where CUTLINE_PROXY names the proxy that sets them."""
    proxy = settings.read("CUTLINE_PROXY")
    behind = {"trusted_proxy": proxy, "trusted_proxy_headers": FORWARDED} if proxy else {}
    return waitress.create_server(
        server,
        host=host,
        port=port,
        threads=THREADS,
        ident="Cutline",
        max_request_body_size=LIMITS.body + MORE,
        max_request_header_size=64 * 1024,
        channel_timeout=IDLE,
        cleanup_interval=10,
        connection_limit=500,
        clear_untrusted_proxy_headers=True,
        **behind,
    )


def _actual_port(listening: BaseWSGIServer | MultiSocketServer) -> int:
    if isinstance(listening, MultiSocketServer):
        return listening.effective_listen[0][1]
    return listening.effective_port


def _address(host: str, port: str | int) -> str:
    """The address that a person types; every address of the machine includes this one."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "localhost": "localhost"}.get(host, host)
    if ":" in shown and not shown.startswith("["):
        shown = f"[{shown}]"
    return f"http://{shown}:{port}"


def _run(listening: BaseWSGIServer | MultiSocketServer, address: str) -> None:
    """Answer requests until SIGINT or SIGTERM, then finish what is being answered."""
    signal.signal(signal.SIGTERM, _stop)
    # A request that waits a moment for a free thread is no news to whoever reads the terminal.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    print(f"Cutline is running at {address} (Ctrl+C stops it)", flush=True)
    if _wants_browser():
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    try:
        listening.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        listening.close()


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _wants_browser() -> bool:
    """Only when asked, never in CI, and only where there is a screen."""
    if settings.read("CUTLINE_BROWSER_OPEN") in ("", "0") or settings.read("CI"):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(settings.read("DISPLAY") or settings.read("WAYLAND_DISPLAY"))


def _cannot(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2
