"""Make the environment in .venv, and start or test what is in it.

    python scripts/setup.py setup|dev|run|test|bench|calibrate|screenshots|lint|format|lock [more]

uv installs what the lock files name, and pip where uv cannot be had. Either takes only files whose
hash stands there: with a mirror that has other files, the plain way of README.md goes without.
Standard library only, and in a form that old Pythons read: it finds the right one itself."""

import hashlib
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
OLDEST, NEWEST = (3, 11), (3, 14)
# What is installed, from the lock file made of what is pinned.
PINS = {
    "setup": "requirements-setup.txt",
    "runtime": "requirements.txt",
    "dev": "requirements-dev.txt",
}
LOCKS = {kind: pins.replace(".txt", ".lock") for kind, pins in PINS.items()}
# For every system and Python; without any address, so that each machine asks its own registry.
LOCKING = (
    "--universal",
    "--python-version=%d.%d" % OLDEST,
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--custom-compile-command=make lock",
)
NO_PYTHON = (
    "Cutline needs Python 3.11, 3.12, 3.13 or 3.14 with its venv module, and {}. "
    "Install one (Debian: apt-get install python3-venv), or put its path into CUTLINE_PYTHON."
)
VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"
# Whether a Python can make environments; Debian's may lack ensurepip.
PROBE = VERSION + "; sys.stdout.flush(); import ensurepip, venv"
KERNELS = (
    "from analysis.stats import cutoff, trend; from analysis.stats.cutoff import one_cut; "
    "one_cut.warm(); cutoff.warm(); trend.warm()"
)
# Two at a time: half of the time of a test in the browser is waiting. A file stays together, so
# that its tests share what they need; the order of the files is that of tests/conftest.py.
BESIDE = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
# What app.py loads, at the start and soon after.
IMPORTS = (
    "import callbacks.wiring, services.warm_up, web.serve; "
    "import statsmodels.regression.mixed_linear_model"
)


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
    beside = [] if any(one.startswith("-n") for one in rest) else BESIDE
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
    """Rules, layout and types of the code, and of the browser's scripts."""
    import javascript

    install("dev")
    ruff = [venv_python(), "-m", "ruff"]
    codes = [call([*ruff, "check", "."]), call([*ruff, "format", "--check", "."])]
    codes.append(call([venv_python(), "-m", "scripts.check_types"]))
    return max([*codes, javascript.check(ROOT)])


def format_code(rest):
    """Lay the code out, and mend what can be mended."""
    install("dev")
    ruff = [venv_python(), "-m", "ruff"]
    return max(call([*ruff, "check", "--fix", "."]), call([*ruff, "format", "."]))


def lock(rest):
    """Make the lock files anew from what is pinned; with --upgrade also what lies beneath."""
    ensure_venv()
    if not ensure_uv(["-r", PINS["setup"]]):  # its own lock file may be what is old
        raise SetupError("The lock files are made by uv, which pip could not install here.")
    for kind in PINS:
        if uv(["compile", *LOCKING, *rest, "--output-file", LOCKS[kind], PINS[kind]]):
            raise SetupError("The lock files could not be made; the lines above say why.")
    return 0


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
    "lock": lock,
}


def install(kind):
    """Make the environment hold what is pinned; nothing is done where it already does."""
    ensure_venv()
    wanted = fingerprint(kind)
    if read_stamp(kind) == wanted:
        return
    print("Installing what Cutline needs into .venv (half a minute) ...", flush=True)
    if not install_with_uv(kind):
        install_with_pip(kind)
    print("Compiling its statistics (half a minute) ...", flush=True)
    compile_ahead()
    for done in ["runtime", "dev"] if kind == "dev" else [kind]:
        with open(stamp_path(done), "w", encoding="utf-8") as stamp:
            stamp.write(fingerprint(done))


def install_with_uv(kind):
    """Whether uv was to be had, and could do it."""
    if not ensure_uv(["--require-hashes", "-r", LOCKS["setup"]]):
        print("uv cannot be had here; pip takes a minute or two instead ...", flush=True)
        return False
    build = ["--build-constraints", LOCKS["setup"]]  # some packages come without a wheel
    if uv(["install", "--require-hashes", *build, "-r", LOCKS[kind]]):
        print("uv could not install it; pip tries once more ...", flush=True)
        return False
    return True


def install_with_pip(kind):
    """The same files, slower; pip knows the certificates and proxies that it was told of."""
    # An old-style package would print a warning about itself.
    if pip(["install", "--use-pep517", "--require-hashes", "-r", LOCKS[kind]]):
        raise SetupError("The installation did not finish; the lines above say why.")


def ensure_uv(files):
    """Whether uv is in the environment, installed first where it can be had as a wheel."""
    options = ["--only-binary=:all:", "--retries=1"]
    return not pip(["install", *options, *files], stderr=subprocess.DEVNULL)


def pip(arguments, **options):
    command = [venv_python(), "-m", "pip", "-q", "--disable-pip-version-check", *arguments]
    return call(command, **options)


def uv(arguments):
    """`uv pip`, quiet: it would note that hard links do not reach across disks."""
    program = os.path.join(os.path.dirname(venv_python()), "uv")
    chosen = ["--python", venv_python()] if arguments[0] == "install" else []
    command = [program, "--quiet", "pip", *arguments, *chosen]
    try:
        return call(command, env=uv_environment())
    except OSError:  # a system that cannot start this wheel's program
        return 1


def uv_environment():
    """uv reads nothing that is said to pip: it is told the same mirror and certificates."""
    environment = dict(os.environ)
    environment.setdefault("UV_SYSTEM_CERTS", "1")
    mirror = pip_mirror()
    if mirror and "UV_INDEX_URL" not in environment:
        environment.setdefault("UV_DEFAULT_INDEX", mirror)
    return environment


def pip_mirror():
    """The registry that pip was told to use instead of the public one, or None."""
    command = [venv_python(), "-m", "pip", "config", "list"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    said = dict(re.findall(r"^(\S+)\.index-url='(.*)'", done.stdout.decode(), re.MULTILINE))
    return said.get(":env:") or said.get("install") or said.get("global")


def compile_ahead():
    """Compile what would otherwise make the first start wait; a failure costs only that.

    The kernels, and at the same time the modules that a start loads, of which uv leaves the text
    only: all that is installed would take longer than the rest of the set-up."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = [
        subprocess.Popen([venv_python(), "-c", code], cwd=ROOT, env=environment)
        for code in (KERNELS, IMPORTS)
    ]
    for process in started:
        process.wait()


def fingerprint(kind):
    """Changes when a locked version does; a dev environment holds the runtime's too."""
    with open(os.path.join(ROOT, LOCKS[kind]), "rb") as file:
        return hashlib.sha256(file.read().replace(b"\r\n", b"\n")).hexdigest()


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
    if why_not(*version_of(venv_python(), VERSION)) is None:
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
    others = []
    for command in [chosen] if chosen else candidates():
        version, complete = version_of(command, PROBE) if command else (None, False)
        why = why_not(version, complete)
        if why is None:
            return command
        if version:
            others.append("%d.%d (%s)" % (*version, why))
    found = "only Python " + ", ".join(sorted(set(others))) if others else "none"
    raise SetupError(NO_PYTHON.format(found + " was found"))


def candidates():
    """Pythons to try, in this order; pyenv's and Windows' stand-ins may not start."""
    names = ["python3.12", "python3.13", "python3.14", "python3.11", "python3", "python"]
    found = [sys.executable] + [shutil.which(name) for name in names]
    if sys.platform == "win32":
        base = os.path.join(os.environ.get("LOCALAPPDATA", ""), "Programs", "Python")
        found += [os.path.join(base, "Python3" + str(n), "python.exe") for n in (12, 13, 14, 11)]
    return found


def version_of(python, probe):
    """The version of this Python, None where it does not start; and whether it ran the probe."""
    try:
        done = subprocess.run(
            [python, "-c", probe], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60
        )
        version = tuple(int(part) for part in done.stdout.decode().split("."))
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None, False
    return version, done.returncode == 0


def why_not(version, complete):
    """Why a Python does not fit, None where it does."""
    if version is None:
        return "does not start"
    if version < OLDEST:
        return "too old"
    if version > NEWEST:
        return "too new: not all that Cutline needs is made for it yet"
    return None if complete else "without venv"


def venv_python():
    """The environment's Python."""
    windows = sys.platform == "win32"
    return os.path.join(VENV, *(["Scripts", "python.exe"] if windows else ["bin", "python"]))


def call(command, **options):
    return subprocess.call(command, cwd=ROOT, **options)


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
