"""The code as the rules of the house see it: modules, what they define, who imports whom."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "analysis", "callbacks", "components", "data", "exports", "figures", "services", "web",
    "wording",
)  # fmt: skip


@dataclass(frozen=True)
class Module:
    """One Python file: its dotted name, its path below the root, its text."""

    name: str
    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @property
    def folder(self) -> str:
        return self.path.parent.as_posix()

    @property
    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function, nested ones and methods, too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    @property
    def defined(self) -> Iterator[str]:
        """The names that the module itself defines at its top level."""
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                yield node.name
            targets = node.targets if isinstance(node, ast.Assign) else []
            targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def modules(root: Path, *folders: str) -> list[Module]:
    """The modules of these folders and of the top level, by name."""
    paths = [*root.glob("*.py"), *(path for one in folders for path in (root / one).rglob("*.py"))]
    return [_read(root, path) for path in sorted(paths)]


@cache
def _read(root: Path, path: Path) -> Module:
    """Read, and parsed, once: every rule looks at all of them."""
    relative = path.relative_to(root)
    parts = list(relative.with_suffix("").parts)
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name, relative, path.read_text(encoding="utf-8"))


def importers(found: list[Module]) -> dict[str, set[str]]:
    """For every module the names of those that import it, or something from it."""
    known = {module.name for module in found}
    by: dict[str, set[str]] = {name: set() for name in known}
    for module in found:
        for target in _imported(module.tree, known):
            if target != module.name:
                by[target].add(module.name)
    return by


def _imported(tree: ast.Module, known: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                target = full if full in known else node.module
                if target in known:
                    yield str(target)


def used(found: list[Module]) -> Counter[str]:
    """How often each name is used: read, imported, or named by a text of its own."""
    counted: Counter[str] = Counter()
    for module in found:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                counted[node.id] += 1
            elif isinstance(node, ast.Attribute):
                counted[node.attr] += 1
            elif isinstance(node, ast.ImportFrom):
                counted.update(alias.name for alias in node.names)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                counted[node.value] += 1
    return counted
