"""Put one more handler into `importing()` of a plugin: the place is found in its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Sequence

WIDTH = 100


class Unusual(Exception):
    """The program is written in a way in which a person should change it."""


def with_handler(source: str, *, plugin: str, module: str, handler: str) -> str:
    """The program of a plugin that brings one more handler. Raises Unusual, and SyntaxError."""
    ends = "\r\n" if "\r\n" in source else "\n"
    lines = source.replace("\r\n", "\n").split("\n")
    if any("\r" in line or "\f" in line for line in lines):  # Python counts lines otherwise
        raise Unusual
    tree = ast.parse("\n".join(lines))
    if any(handler in _names(node) for node in ast.walk(tree)):
        raise Unusual
    found = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == plugin]
    if len(found) != 1:
        raise Unusual
    methods = [node for node in found[0].body if getattr(node, "name", "") == "importing"]
    line = f"from {module} import {handler}"
    if methods:
        _change(lines, methods, line, module, handler)
    else:
        _add(lines, found[0], line, handler)
    text = "\n".join(lines)
    ast.parse(text)
    return text.replace("\n", ends)


def by_hand(module: str, handler: str) -> tuple[str, str]:
    """The two lines that a person should add to `importing()`."""
    return f"from {module} import {handler}", f"return (…, {handler})"


def _change(
    lines: list[str], methods: Sequence[ast.stmt], line: str, module: str, handler: str
) -> None:
    (method,) = methods if len(methods) == 1 else (None,)
    if not isinstance(method, ast.FunctionDef) or method.decorator_list:
        raise Unusual
    given = method.body[-1]
    before = [node for node in method.body[:-1] if not _is_text(node)]
    is_plain = isinstance(given, ast.Return) and isinstance(given.value, (ast.Tuple, ast.List))
    if not is_plain or not all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in before):
        raise Unusual
    if method.lineno == given.lineno:  # all on one line
        raise Unusual
    _return(lines, given, handler)
    _import(lines, before, given, line, module)


def _return(lines: list[str], given: ast.stmt, handler: str) -> None:
    """Write the `return` anew, with one more name."""
    value = given.value  # type: ignore[attr-defined]
    first, last = given.lineno - 1, (given.end_lineno or 0) - 1
    old = lines[first : last + 1]
    text = "\n".join(old)
    elements = [ast.get_source_segment("\n".join(lines), one) or "" for one in value.elts]
    ends_there = len(old[-1].encode()) == given.end_col_offset
    if "#" in text or "\\" in text or not ends_there or any("\n" in one for one in elements):
        raise Unusual
    indent = " " * given.col_offset
    names = [*elements, handler]
    begin, end = "()" if isinstance(value, ast.Tuple) else "[]"
    comma = "," if len(names) == 1 and begin == "(" else ""
    whole = f"{indent}return {begin}{', '.join(names)}{comma}{end}"
    if len(whole) <= WIDTH and text.rstrip(")] \n")[-1:] != ",":
        lines[first : last + 1] = [whole]
    elif len(whole) <= WIDTH and len(elements) == 1 and first == last:
        lines[first : last + 1] = [whole]  # `(One,)` has its comma because it must
    else:
        each = [f"{indent}    {name}," for name in names]
        lines[first : last + 1] = [f"{indent}return {begin}", *each, f"{indent}{end}"]


def _import(
    lines: list[str], before: Sequence[ast.stmt], given: ast.stmt, line: str, module: str
) -> None:
    """Put the import among the others, in the order of their modules where they are in order."""
    indent = " " * given.col_offset
    project = module.partition(".")[0]
    own = [one for one in before if isinstance(one, ast.ImportFrom) and _of(one, project)]
    later = [one for one in own if (one.module or "") > module]
    if not before:
        lines[given.lineno - 1 : given.lineno - 1] = [f"{indent}{line}", ""]
    elif later:
        place = later[0].lineno - 1
        lines[place:place] = [f"{indent}{line}"]
    else:
        place = before[-1].end_lineno or 0
        lines[place:place] = [f"{indent}{line}"] if own else ["", f"{indent}{line}"]


def _add(lines: list[str], plugin: ast.ClassDef, line: str, handler: str) -> None:
    """A method at the end of the class."""
    last = plugin.body[-1]
    if last.lineno == plugin.lineno:
        raise Unusual
    indent = " " * last.col_offset
    inner = f"{indent}    "
    place = plugin.end_lineno or 0
    lines[place:place] = [
        "", f"{indent}def importing(self):", f"{inner}{line}", "", f"{inner}return ({handler},)",
    ]  # fmt: skip


def _of(node: ast.ImportFrom, project: str) -> bool:
    return (node.module or "").partition(".")[0] == project and not node.level


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _names(node: ast.AST) -> set[str]:
    """The names that a part of a program binds or uses."""
    if isinstance(node, ast.Name):
        return {node.id}
    if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
        return {node.name}
    if isinstance(node, ast.alias):
        return {node.asname or node.name}
    return set()
