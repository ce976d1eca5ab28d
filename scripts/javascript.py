"""Types and rules of the browser's scripts: TypeScript and oxlint, which npm brings.

Only `make lint` needs them; the tests of these scripts run in the Node that Playwright brings.
Standard library only, and in a form that old Pythons read, as scripts/setup.py."""

import hashlib
import os
import shutil
import subprocess

NO_NPM = "The browser's scripts are not checked: npm, which comes with Node.js, was not found."
NO_TOOLS = "The browser's scripts are not checked: npm could not bring what checks them."
CHECKS = ("types", "lint")  # of package.json


def check(root):
    """The exit code of both checks; 0 with a sentence where they cannot be made."""
    npm = shutil.which("npm")
    if not npm:
        print(NO_NPM, flush=True)
        return 0
    if not installed(npm, root):
        print(NO_TOOLS, flush=True)
        return 0
    return max(subprocess.call([npm, "run", "--silent", name], cwd=root) for name in CHECKS)


def installed(npm, root):
    """Whether node_modules holds what the lock says; it is brought where it does not."""
    stamp = os.path.join(root, "node_modules", "cutline")
    with open(os.path.join(root, "package-lock.json"), "rb") as lock:
        wanted = hashlib.sha256(lock.read().replace(b"\r\n", b"\n")).hexdigest()
    if read(stamp) == wanted:
        return True
    if subprocess.call([npm, "ci", "--silent", "--no-audit", "--no-fund"], cwd=root):
        return False
    with open(stamp, "w", encoding="utf-8") as file:
        file.write(wanted)
    return True


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return None
