"""Errors with values are translated first and filled afterwards."""

import ast
import re

from app.errors import AppError, Word
from app.web.messages import ROOT, error_classes
from app.web.saying import said


class Full(AppError):
    """“%(shelf)s” is full."""


def test_a_sentence_is_translated_before_its_values_are_put_in(app, marked):
    with app.test_request_context():
        assert said(Full(shelf="Milk")) == "⟦“Milk” is full.⟧"
    assert marked.asked == {"“%(shelf)s” is full."}


def test_words_of_the_program_are_translated_too(app, marked):
    with app.test_request_context():
        assert said(Full(shelf=Word("sold_out"))) == "⟦“⟦Sold out⟧” is full.⟧"


def test_a_value_is_never_a_template(app):
    with app.test_request_context():
        assert said(Full(shelf="100 %(x)s %")) == "“100 %(x)s %” is full."
        assert said(AppError("100 %")) == "100 %"


def test_whoever_reads_no_translation_reads_english():
    assert str(Full(shelf="Milk")) == "“Milk” is full."


def test_every_sentence_gets_its_values():
    """Raised bare, a docstring with places would be shown with them empty."""
    trees = [ast.parse(path.read_text()) for path in sorted((ROOT / "app").rglob("*.py"))]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    needy = {
        node.name
        for node in nodes
        if isinstance(node, ast.ClassDef) and node.name in error_classes()
        and re.search(r"%\(\w+\)s", ast.get_docstring(node) or "") and len(node.body) == 1
    }  # fmt: skip
    bare = [
        ast.unparse(node)
        for node in nodes
        if isinstance(node, ast.Raise) and node.exc is not None
        and ast.unparse(node.exc).removesuffix("()").rpartition(".")[2] in needy
    ]  # fmt: skip
    assert len(needy) >= 5
    assert bare == []
