"""Statistics of Cutline: numpy, pandas and scipy in, frozen results out; no web, no plotting."""

import os
import tempfile
from hashlib import sha256
from pathlib import Path

import platformdirs


def _kernel_folder() -> str:
    """A private folder for compiled kernels: the program's own may be read-only.

    Named after their text: Numba itself looks at a kernel's own file only, and would load one
    with an old version of another inside it after an update.
    """
    stats = Path(__file__).parent / "stats"
    files = sorted([*stats.glob("cutoff/*.py"), *stats.rglob("*_kernel*.py")])
    text = sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]
    folder = platformdirs.user_cache_path("cutline", appauthor=False) / f"kernels-{text}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.access(folder, os.W_OK | os.X_OK):
            return str(folder)
    except OSError:
        pass
    return tempfile.mkdtemp(prefix="cutline-kernels-")  # compiled anew at every start


# Numba reads it when it is first imported, by a module of this package.
os.environ.setdefault("NUMBA_CACHE_DIR", _kernel_folder())
