"""What is to be translated, found in the source for pybabel; babel.cfg names it.

Beside the calls of gettext these are sentences that people read:

- the docstring of an AppError, which is its message, or the text that it is given with values;
- the name of a mapped attribute, a table and a column given by name, as words() makes it;
- the elements of a tuple in capitals in the models, such as PRICE_KINDS, by the same function;
- the label and the help of a Setting, the title and the help of a Job;
- the title of a Check of the status page, and the sentences of its verdicts;
- what a ProblemReport is called, why it matters, and its columns;
- what a permission allows, as `requires` and the pages of views name it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

from babel.messages.extract import extract_python

from app.web.master.words import in_english

VERDICTS = ("good", "warn", "bad", "quiet", "verdict")
ROOT = Path(__file__).parents[2]
Found = tuple[int, str, Any, list[str]]


def python(
    fileobj: Any, keywords: Any, comment_tags: Any, options: dict[str, Any]
) -> Iterator[Found]:
    """The messages of a Python file, as Babel wants them: line, function, message, comments."""
    yield from extract_python(fileobj, keywords, comment_tags, options)
    fileobj.seek(0)
    tree = ast.parse(fileobj.read())
    in_models = "/models/" in str(getattr(fileobj, "name", ""))
    for node in ast.walk(tree):
        for message in _of_node(node, in_models):
            yield getattr(node, "lineno", 1), "gettext", message, []


def _of_node(node: ast.AST, in_models: bool) -> Iterator[str]:
    if isinstance(node, ast.ClassDef):
        if node.name in error_classes() and (told := ast.get_docstring(node, clean=False)):
            yield told
        if in_models:
            yield from (in_english(name) for name in _attributes(node))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield from _of_call(node, node.func.id)
    elif isinstance(node, ast.Tuple) and (verb := _verb_of_page(node)):
        yield in_english(verb)
    elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("fact", "do"):
        yield from filter(None, [_text(node.value)])
    elif in_models and _is_list_of_words(node):
        yield from (in_english(word) for word in filter(None, map(_text, node.value.elts)))


def _of_call(call: ast.Call, name: str) -> Iterator[str]:
    if name in error_classes() and call.args and call.keywords:
        yield from filter(None, [_text(call.args[0])])
    elif name == "Setting":
        yield from filter(None, (_text(argument) for argument in call.args[2:4]))
    elif name == "ProblemReport":
        yield from filter(None, [_text(call.args[1]), *_of_report(call)])
    elif name == "Check":
        yield from filter(None, map(_text, call.args[1:2]))
    elif name in VERDICTS:
        yield from filter(None, map(_text, call.args[:2]))
    elif name == "Job":
        told = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "help")]
        yield from filter(None, map(_text, told))
    elif name == "Column" and call.args and not _given(call, "label"):
        yield from (in_english(name) for name in filter(None, [_text(call.args[0])]))
    elif name == "requires" and (asked := _text(call.args[0])):
        yield from (in_english(part) for part in asked.split("."))


def _of_report(call: ast.Call) -> Iterator[str | None]:
    for keyword in call.keywords:
        if keyword.arg == "why":
            yield _text(keyword.value)
        elif keyword.arg == "columns" and isinstance(keyword.value, ast.Dict):
            yield from (in_english(name) for name in map(_text, keyword.value.keys) if name)


def _attributes(model: ast.ClassDef) -> Iterator[str]:
    for node in model.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield from [node.target.id] if not node.target.id.startswith("_") else []
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__tablename__":
            yield from filter(None, [_text(node.value)])


def _is_list_of_words(node: ast.AST) -> TypeGuard[ast.Assign]:
    if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)):
        return False
    return any(isinstance(target, ast.Name) and target.id.isupper() for target in node.targets)


def _verb_of_page(node: ast.Tuple) -> str | None:
    """The permission of one more page of a view, as in routes.PAGES."""
    if len(node.elts) < 5 or not isinstance(node.elts[1], (ast.Constant, ast.JoinedStr)):
        return None
    address = ast.unparse(node.elts[1]).lstrip("f").strip("'\"")
    if not address.startswith(("/", "{ONE}/")):
        return None
    return _text(node.elts[4])


def _text(node: ast.AST) -> str | None:
    told = getattr(node, "value", None)
    return told if isinstance(told, str) and told else None


def _given(call: ast.Call, name: str) -> bool:
    return any(keyword.arg == name for keyword in call.keywords)


@cache
def error_classes() -> frozenset[str]:
    """The name of AppError and of every class that comes from it, read from the source."""
    bases = dict(_classes(sorted((ROOT / "app").rglob("*.py"))))
    found = {"AppError"}
    while more := {name for name, theirs in bases.items() if theirs & found} - found:
        found |= more
    return frozenset(found)


def _classes(paths: Iterable[Path]) -> Iterator[tuple[str, set[str]]]:
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield node.name, {ast.unparse(base).rpartition(".")[2] for base in node.bases}
