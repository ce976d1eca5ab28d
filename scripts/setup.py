"""Make the environment in .venv, and start or test what is in it.

    python scripts/setup.py setup|dev|run|test|bench|calibrate|screenshots|lint|format [arguments]

Standard library only, and in a form that old Pythons read: it finds the right one itself."""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
OLDEST, NEWEST = (3, 11), (3, 13)
FILES = {
    "runtime": ["requirements.txt"],
    "dev": ["requirements.txt", "requirements-dev.txt"],
}
NO_PYTHON = (
    "Cutline needs Python 3.11, 3.12 or 3.13 with its venv module, and none was found. "
    "Install one (Debian: apt-get install python3-venv), or put its path into CUTLINE_PYTHON."
)
# Whether a Python can make environments; Debian's may lack ensurepip.
PROBE = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2])"


class SetupError(Exception):
    """What a person can mend; the text says how."""


def main(arguments):
    """Do what the first argument names; the exit code."""
    name, rest = (arguments[0] if arguments else "setup"), arguments[1:]
    if name not in COMMANDS:
        print("Choose one of: " + ", ".join(sorted(COMMANDS)), file=sys.stderr)
        return 2
    try:
        return COMMANDS[name](rest)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def setup(rest):
    """The environment that runs the program."""
    install("runtime")
    return 0


def dev(rest):
    """The environment that also tests it."""
    install("dev")
    return 0


def run(rest):
    """Start the program; a browser opens where there is a screen."""
    install("runtime")
    os.environ.setdefault("CUTLINE_BROWSER_OPEN", "1")
    return hand_over([venv_python(), os.path.join(ROOT, "app.py"), *rest])


def test(rest):
    """Run every test, those in the browser too."""
    from browser import NoBrowser, ensure_browser
    from office import ensure_office

    install("dev")
    try:
        ensure_browser()
    except NoBrowser as error:
        raise SetupError(str(error)) from None
    ensure_office()
    # Two at a time: half of the time of a test in the browser is waiting. A file stays together,
    # so that its tests share one server.
    beside = [] if any(one.startswith("-n") for one in rest) else ["-n", "2", "--dist", "loadfile"]
    return hand_over([venv_python(), "-m", "pytest", *beside, *rest])


def bench(rest):
    """Measure; benchmarks/README.md says what."""
    install("dev")
    return hand_over([venv_python(), "-m", "benchmarks.run", *rest])


def calibrate(rest):
    """Simulate trials without any effect; docs/calibration.md says what the p's do there."""
    install("dev")
    return hand_over([venv_python(), "-m", "benchmarks.calibration", *rest])


def screenshots(rest):
    """Take the pictures of the README anew."""
    install("dev")
    return hand_over([venv_python(), "-m", "scripts.screenshots", *rest])


def lint(rest):
    """Rules and layout of the code, types and rules of the browser's."""
    import javascript

    install("dev")
    ruff = [venv_python(), "-m", "ruff"]
    codes = [call([*ruff, "check", "."]), call([*ruff, "format", "--check", "."])]
    return max([*codes, javascript.check(ROOT)])


def format_code(rest):
    """Lay the code out, and mend what can be mended."""
    install("dev")
    ruff = [venv_python(), "-m", "ruff"]
    return max(call([*ruff, "check", "--fix", "."]), call([*ruff, "format", "."]))


COMMANDS = {
    "setup": setup,
    "dev": dev,
    "run": run,
    "test": test,
    "bench": bench,
    "calibrate": calibrate,
    "screenshots": screenshots,
    "lint": lint,
    "format": format_code,
}


def install(kind):
    """Make the environment hold what is pinned; nothing is done where it already does."""
    ensure_venv()
    wanted = fingerprint(kind)
    if read_stamp(kind) == wanted:
        return
    print("Installing what Cutline needs into .venv (about a minute) ...", flush=True)
    pip = [venv_python(), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    pip.append("--use-pep517")  # an old-style package would print a warning about itself
    if call([*pip, "-r", os.path.join(ROOT, FILES[kind][-1])]):
        raise SetupError("The installation did not finish; the lines above say why.")
    compile_kernels()
    for done in FILES if kind == "dev" else [kind]:
        with open(stamp_path(done), "w", encoding="utf-8") as stamp:
            stamp.write(fingerprint(done))


def compile_kernels():
    """Compile what would otherwise make the first start wait; a failure costs only that."""
    call(
        [
            venv_python(),
            "-c",
            "from analysis import cutoff, permutation; permutation.warm(); cutoff.warm()",
        ]
    )


def fingerprint(kind):
    """Changes when a requirement does; a dev environment holds the runtime's too."""
    digest = hashlib.sha256()
    for name in FILES[kind]:
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def stamp_path(kind):
    return os.path.join(VENV, "cutline-" + kind)


def read_stamp(kind):
    try:
        with open(stamp_path(kind), encoding="utf-8") as stamp:
            return stamp.read()
    except OSError:
        return None


def ensure_venv():
    """An environment whose Python starts and is of the right version, made anew if need be."""
    if version_of(venv_python(), "import sys; print('%d.%d' % sys.version_info[:2])"):
        return
    python = find_python()
    print("Making the environment .venv ...", flush=True)
    if os.path.isdir(VENV):
        shutil.rmtree(VENV)
    if call([python, "-m", "venv", VENV]):
        raise SetupError("The environment .venv could not be made; the lines above say why.")


def find_python():
    """A Python that fits: the chosen one, the one that runs this, or one on the path."""
    chosen = os.environ.get("CUTLINE_PYTHON")
    for command in [chosen] if chosen else candidates():
        if command and version_of(command, PROBE):
            return command
    raise SetupError(NO_PYTHON)


def candidates():
    """Pythons to try, in this order; pyenv's and Windows' stand-ins may not start."""
    names = ["python3.12", "python3.13", "python3.11", "python3", "python"]
    found = [sys.executable] + [shutil.which(name) for name in names]
    if sys.platform == "win32":
        base = os.path.join(os.environ.get("LOCALAPPDATA", ""), "Programs", "Python")
        found += [os.path.join(base, "Python3" + str(n), "python.exe") for n in (12, 13, 11)]
    return found


def version_of(python, probe):
    """The version of this Python, where it starts and fits; otherwise None."""
    try:
        done = subprocess.run(
            [python, "-c", probe], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60
        )
        version = tuple(int(part) for part in done.stdout.decode().split("."))
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return version if OLDEST <= version <= NEWEST else None


def venv_python():
    """The environment's Python."""
    windows = sys.platform == "win32"
    return os.path.join(VENV, *(["Scripts", "python.exe"] if windows else ["bin", "python"]))


def call(command):
    return subprocess.call(command, cwd=ROOT)


def hand_over(command):
    """Become that program, so that signals reach it; Windows has no way to."""
    os.chdir(ROOT)
    if sys.platform == "win32":
        return call(command)
    sys.stdout.flush()
    os.execv(command[0], command)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
