"""Interpolation: over the merged result, with `here` of the file in which the text stands."""

import pytest

from app.config import load_config


def test_here_is_the_folder_of_the_file_in_which_the_text_stands(write, tmp_path):
    write("base/base.conf", "[a]\nbase = %(here)s/x\n")
    path = write("site.conf", "[config]\ninherit = base/base.conf\n[a]\nsite = %(here)s/y\n")
    config = load_config([path], environ={})
    assert config["a.base"] == f"{tmp_path}/base/x"
    assert config["a.site"] == f"{tmp_path}/y"


def test_an_inherited_value_sees_what_its_descendant_overrides(write):
    write("base.conf", "[db]\nhost = localhost\nurl = postgresql://%(host)s/shop\n")
    path = write("site.conf", "[config]\ninherit = base.conf\n[db]\nhost = db.example.org\n")
    assert load_config([path], environ={})["db.url"] == "postgresql://db.example.org/shop"


def test_a_value_that_is_overridden_may_be_wrong(write):
    write("base.conf", "[db]\nurl = %(env:GONE)s\n")
    path = write("site.conf", "[config]\ninherit = base.conf\n[db]\nurl = x\n")
    assert load_config([path], environ={})["db.url"] == "x"


def test_other_sections_and_the_environment_can_be_named(load):
    config = load(
        "[shop]\nname = %(env:SHOP)s\n[a.b]\nc = %(SHOP.Name)s, %(d)s\nd = %(a.b.e.f)s\ne.f = 1\n",
        SHOP="Corner %(x)s",
    )
    assert config["a.b.c"] == "Corner %(x)s, 1"


def test_the_same_section_is_looked_at_first(load):
    assert load("[a]\nb.c = near\nd = %(b.c)s\n[b]\nc = far\n")["a.d"] == "near"


def test_a_percent_sign_is_doubled_only_before_a_bracket_or_itself(load):
    config = load("[a]\nb = 100% p%40ss %%(name)s %%%% %\n")
    assert config["a.b"] == "100% p%40ss %(name)s %% %"


def test_files_to_inherit_may_be_named_by_the_environment(write):
    write("shop.conf", "[a]\nb = 1\n")
    path = write("a.conf", "[config]\ninherit = %(here)s/%(env:NAME)s.conf\n")
    assert load_config([path], environ={"NAME": "shop"})["a.b"] == "1"


def test_a_long_line_of_values_is_no_problem(load):
    lines = "".join(f"k{number} = %(k{number + 1})s\n" for number in range(5000))
    assert load(f"[a]\n{lines}k5000 = end\n")["a.k0"] == "end"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a]\nb = %(c)s", "app.conf:2: unknown interpolation %(c)s"),
        ("[a]\nb = %()s", "app.conf:2: unknown interpolation %()s"),
        ("[a]\nb = x %(c", "app.conf:2: unfinished %( in the value: it must end in )s"),
        ("[a]\nb = x %(c)", "app.conf:2: unfinished %( in the value: it must end in )s"),
        ("[a]\nb = %(b)s", "app.conf:2: interpolates in a circle: a.b -> a.b"),
        ("[a]\nb = %(env:GONE)s", "app.conf:2: the environment variable GONE is not set"),
        ("[a]\nb = %(env:)s", "app.conf:2: the environment variable (no name) is not set"),
        ("[config]\ninherit = %(a.b)s\n[a]\nb = 1", "app.conf:2: unknown interpolation %(a.b)s"),
    ],
)
def test_a_mistake_is_one_line_with_file_and_line(fault, text, said):
    assert fault(text) == said


def test_a_circle_shows_its_chain_in_the_order_of_use(fault):
    text = "[a]\nb = %(c.d)s\n[c]\nd = %(e)s\ne = %(a.b)s\n"
    chain = fault(text).partition("interpolates in a circle: ")[2].split(" -> ")
    start = chain.index("a.b")
    assert chain[0] == chain[-1]
    assert [*chain[start:-1], *chain[:start]] == ["a.b", "c.d", "c.e"]


def test_a_value_that_blows_up_is_stopped(fault):
    lines = "".join(f"k{n} = %(k{n + 1})s%(k{n + 1})s\n" for n in range(40))
    assert "grows too large by its interpolations" in fault(f"[a]\n{lines}k40 = xxxxxxxx\n")


def test_a_long_circle_is_shown_short(fault):
    lines = "".join(f"k{n} = %(k{(n + 1) % 1000})s\n" for n in range(1000))
    assert len(fault(f"[a]\n{lines}")) < 300
