"""One file: what is read, and what is said about mistakes."""

import pytest

from app.config import ConfigError, load_config
from app.config.ini import LARGEST_FILE, parse_ini


def test_a_key_is_its_section_and_its_option(load):
    config = load("[db]\nurl = postgresql://localhost/shop\n[logger.app]\nweb = debug\n")
    assert dict(config) == {"db.url": "postgresql://localhost/shop", "logger.app.web": "debug"}


def test_keys_are_the_same_in_any_case(load):
    config = load("[DB]\nURL = x\n")
    assert config["db.url"] == config["Db.Url"] == "x"
    assert "DB.URL" in config


def test_a_hash_inside_a_value_is_never_a_comment(load):
    assert load("[db]\nurl = a #b ;c\n")["db.url"] == "a #b ;c"


def test_full_line_comments_and_blank_lines_are_left_out(load):
    assert dict(load("# one\n[a]\n  ; two\n\nb = 1\n\n#c = 2\n")) == {"a.b": "1"}


def test_a_line_indented_deeper_continues_the_value(load):
    config = load("[a]\n  b = one\n    two\n\n    # a comment\n    [three]\n  c = four\n")
    assert dict(config) == {"a.b": "one\ntwo\n\n[three]", "a.c": "four"}


def test_a_value_may_be_empty_and_may_contain_equals_signs(load):
    assert dict(load("[a]\nb =\nc = d=e=\n")) == {"a.b": "", "a.c": "d=e="}


def test_every_kind_of_line_end_counts_as_one(load, fault):
    assert dict(load("[a]\r\nb = 1\rc = 2\n")) == {"a.b": "1", "a.c": "2"}
    assert fault("[a]\r\nb = 1\rc = 2\f3\nwrong").startswith("app.conf:4:")


def test_a_byte_order_mark_is_tolerated(tmp_path):
    path = tmp_path / "app.conf"
    path.write_bytes(b"\xef\xbb\xbf[a]\nb = \xc3\xa9\n")
    assert load_config([path], environ={})["a.b"] == "é"


def test_a_value_knows_its_file_and_line(load, tmp_path):
    value = load("[a]\n\nb = 1\n").value("a.b")
    assert str(value.source) == f"{tmp_path}/app.conf:3"
    assert (value.source.file, value.source.line) == (f"{tmp_path}/app.conf", 3)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("b = 1", "app.conf:1: this value stands before the first [section]"),
        ("[a]\nb", "app.conf:2: this line is no [section] and no key = value"),
        ("[a]\nb: 1", "app.conf:2: this line is no [section] and no key = value"),
        ("[a", "app.conf:1: a section is written [name], alone on its line"),
        ("[a] # b", "app.conf:1: a section is written [name], alone on its line"),
        ("[]", "app.conf:1: a section name has only letters"),
        ("[a]\n= 1", "app.conf:2: what stands before = is no key"),
        ("[a]\nb..c = 1", "app.conf:2: what stands before = is no key"),
        ("[a]\nb = 1\n\nB = 2", "app.conf:4: a.b is already on line 2"),
        ("[a]\n[b]\n[A]", "app.conf:3: section [a] is already on line 1"),
        ("[a]\nb.c = 1\n[a.b]\nc = 2", "app.conf:4: a.b.c is the same key as on line 2, in sect"),
        ("[config]\ninherits = x", "app.conf:2: config.inherits is unknown; [config] has only"),
        ("[a]\nb = 1\0", "app.conf:2: the file contains a NUL character"),
    ],
)
def test_a_mistake_is_one_line_with_file_and_line(fault, text, said):
    assert fault(text).startswith(said)


def test_a_value_has_at_most_1_mb(load, fault):
    assert len(load("[a]\nb = " + "x" * 1_000_000)["a.b"]) == 1_000_000
    assert fault("[a]\n\nb = " + "x" * 1_100_000) == "app.conf:3: a.b is larger than 1 MB"


def test_a_mistake_never_quotes_the_line_since_it_may_hold_a_password(fault):
    for text in ("[db]\nhunter2", "[db]\npassword: hunter2 = x", "[hunter2 x]"):
        assert "hunter2" not in fault(text)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"[a]\nb = caf\xe9\n", "app.conf:2: byte 0xe9 is not UTF-8; save the file as UTF-8"),
        ("[a]\nb = 1".encode("utf-16"), "app.conf:1: the file is UTF-16; save it as UTF-8"),
        ("[a]\nb = 1".encode("utf-16-le"), "app.conf:1: the file contains a NUL character"),
    ],
)
def test_a_file_in_another_encoding_is_refused(data, said):
    with pytest.raises(ConfigError) as raised:
        parse_ini(data, "app.conf")
    assert str(raised.value) == said


def test_a_file_has_at_most_16_mb():
    with pytest.raises(ConfigError, match="larger than 16 MB"):
        parse_ini(b" " * (LARGEST_FILE + 1), "app.conf")
