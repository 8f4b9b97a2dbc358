"""A handler is added to `importing()` where that is written as usual; else nothing is changed."""

from __future__ import annotations

import pytest

from app.importing.sketch.plugin_code import Unusual, with_handler

HEAD = "class Poser(Plugin):\n    key = 'poser'\n"
LONG = "NameOfAHandlerThatIsVeryVeryLongIndeed"


def changed(body, *, head=HEAD):
    return with_handler(f"{head}{body}", plugin="Poser", module="poser.import_b", handler="BFile")


def method(*lines, name="importing"):
    inner = [f"        {line}".rstrip() for line in lines]
    return "\n".join([f"\n    def {name}(self):", *inner, ""])


def test_it_comes_behind_the_others_its_import_in_order():
    before = method("from poser.a import A", "from poser.z import Z", "", "return (A, Z)")
    assert changed(before) == HEAD + method(
        "from poser.a import A", "from poser.import_b import BFile", "from poser.z import Z", "",
        "return (A, Z, BFile)",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["return ()"], ["from poser.import_b import BFile", "", "return (BFile,)"]),
        (["return [A]"], ["from poser.import_b import BFile", "", "return [A, BFile]"]),
        (
            ['"""Ours."""', "return (A,)"],
            ['"""Ours."""', "from poser.import_b import BFile", "", "return (A, BFile)"],
        ),
        (
            ["from app.x import X", "", "return (X,)"],
            ["from app.x import X", "", "from poser.import_b import BFile", "",
             "return (X, BFile)"],
        ),
        (
            ["return (", "    A,", "    B,", ")"],
            ["from poser.import_b import BFile", "",
             "return (", "    A,", "    B,", "    BFile,", ")"],
        ),
        (
            [f"return ({LONG}1, {LONG}2)"],
            ["from poser.import_b import BFile", "",
             "return (", f"    {LONG}1,", f"    {LONG}2,", "    BFile,", ")"],
        ),
    ],
)  # fmt: skip
def test_ways_to_return_handlers(before, after):
    assert changed(method(*before)) == HEAD + method(*after)


def test_a_plugin_without_imports_gets_the_method():
    after = method("from poser.import_b import BFile", "", "return (BFile,)")
    assert changed("") == HEAD + after
    assert changed("\n\nX = 1\n") == f"{HEAD}{after}\n\nX = 1\n"


def test_what_else_is_there_stays_as_it_is():
    head = "# ü\nclass Other:\n    def importing(self):\n        return ()\n\n\n" + HEAD
    tail = "\n    def title(self):  # “ours”\n        return 'ä'\n"
    text = changed(method("return ()") + tail, head=head)
    assert text.startswith(head)
    assert text.endswith(tail)


def test_line_ends_stay():
    text = with_handler(
        HEAD.replace("\n", "\r\n"), plugin="Poser", module="poser.import_b", handler="BFile"
    )
    assert text.count("\r\n") == text.count("\n") == 7


@pytest.mark.parametrize(
    "body",
    [
        method("return self.found"),
        method("return (*OURS, A)", "# and more").replace("# and more", "return ()"),
        method("if True:", "    return ()"),
        method("found = (A,)", "return found"),
        method("yield A"),
        method("return (", "    A,  # the first", ")"),
        method("return (A,)  # ours"),
        method("return (A,); x = 1"),
        method("import os", "os.chdir('/')", "return (A,)"),
        method("return (A, BFile)"),
        "\n    importing = lambda self: ()\n" + method("return ()", name="title"),
        "\n    def importing(self): return ()\n",
        "\n    @cache\n    def importing(self):\n        return ()\n",
        method("return ()") + method("return ()"),
    ],
)
def test_what_is_unusual_is_left_to_a_person(body):
    try:
        text = changed(body)
    except Unusual:
        return
    # It was not so unusual: then nothing of it may be lost.
    assert all(line in text for line in body.splitlines())
    assert "lambda" in body


def test_a_plugin_that_is_not_there_is_unusual():
    with pytest.raises(Unusual):
        with_handler("class Other:\n    pass\n", plugin="Poser", module="poser.b", handler="B")
    with pytest.raises(SyntaxError):
        with_handler("class Poser(", plugin="Poser", module="poser.b", handler="B")
