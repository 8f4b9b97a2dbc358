"""Reading which module imports which, from the source: nothing is executed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Import:
    """One import of one module; `at_start` if it happens while the importing module loads."""

    importer: str
    imported: str
    line: int
    at_start: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


@cache
def modules(package: str = "app") -> dict[str, Path]:
    """Every module of a package of ours by its dotted name."""
    files = (ROOT / package).rglob("*.py")
    return {_name(path.relative_to(ROOT)): path for path in sorted(files)}


@cache
def imports(package: str = "app") -> tuple[Import, ...]:
    """Every import in a package, of our own modules and of others."""
    return tuple(found for name, path in modules(package).items() for found in _imports(name, path))


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """The circles that a walk along the edges comes upon; none when there is none."""
    done: set[str] = set()
    found = []
    for start in edges:
        stack, path = [(start, iter(sorted(edges[start])))], [start]
        while start not in done and stack:
            node, rest = stack[-1]
            after = next(rest, None)
            if after is None:
                done.add(node)
                stack.pop()
                path.pop()
            elif after in path:
                found.append([*path[path.index(after) :], after])
            elif after not in done and after in edges:
                stack.append((after, iter(sorted(edges[after]))))
                path.append(after)
    return found


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(name: str, path: Path) -> Iterator[Import]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node, at_start in _statements(ast.parse(path.read_text()), at_start=True):
        for imported in dict.fromkeys(_targets(node, package)):
            yield Import(name, imported, node.lineno, at_start)


def _statements(tree: ast.AST, *, at_start: bool) -> Iterator[tuple[ast.AST, bool]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, at_start
        else:
            later = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            yield from _statements(node, at_start=at_start and not later and not _for_types(node))


def _for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _targets(node: ast.AST, package: str) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = _absolute(node, package)
        for alias in node.names:
            inner = f"{base}.{alias.name}"
            yield inner if inner in modules(base.partition(".")[0]) else base


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    above = parts[: len(parts) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])
