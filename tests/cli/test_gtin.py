"""`storekeeper gtin check`, as an operator or a playbook uses it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from app.barcodes import with_check_digit
from app.cli.gtin import gtin


def check(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(gtin, ["check", *arguments], input=stdin)


def test_valid_codes_are_a_table_and_exit_0():
    result = check("012345678905", "4011")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["Code", "Kind", "GTIN", "Shown", "as", "Note"]
    assert lines[2].split(maxsplit=3)[:3] == ["012345678905", "upc_a", "00012345678905"]
    assert [line.index("000") for line in lines[2:]] == [lines[0].index("GTIN")] * 2


def test_json_is_one_array_with_every_fact():
    result = check("0-12345-67890-5", "--json")
    assert json.loads(result.stdout) == [
        {
            "input": "0-12345-67890-5",
            "valid": True,
            "kind": "upc_a",
            "gtin": "00012345678905",
            "display": "0 12345 67890 5",
            "check_digit": "5",
            "expected": "5",
            "plu": None,
            "item": None,
            "price": None,
            "weight": None,
            "elements": None,
            "reason": None,
        }
    ]


def test_a_wrong_code_says_why_and_exits_1():
    result = check("012345678904", "4011", "--json")
    assert result.exit_code == 1
    wrong, right = json.loads(result.stdout)
    assert right["valid"] is True
    assert wrong["valid"] is False
    assert (wrong["check_digit"], wrong["expected"]) == ("4", "5")
    assert wrong["reason"] == "The check digit of 012345678904 is 4 and should be 5."
    assert "WRONG: The check digit" in check("012345678904").stdout


def test_a_scale_label_tells_item_price_and_plu():
    (label,) = json.loads(check(with_check_digit("20401121299"), "--json").stdout)
    assert (label["kind"], label["gtin"]) == ("price_verifier", "00204011000008")
    assert (label["item"], label["price"], label["plu"]) == ("04011", "12.99", "4011")


def test_the_shops_pattern_reads_a_weight():
    result = check("2112345001500", "--pattern", "21IIIIIWWWWWC:3")
    assert "item 12345, weight 0.150" in result.stdout


def test_a_gs1_barcode_shows_its_elements():
    scanned = "]C101106141410004151726020010AB\x1d3712\x1d400PO-7"
    (label,) = json.loads(check(scanned, "--json").stdout)
    assert label["gtin"] == "10614141000415"
    assert label["elements"] == {
        "expires_on": "2026-02-28",
        "lot": "AB",
        "count": 12,
        "others": {"400": "PO-7"},
    }
    assert "lot AB, expires on 2026-02-28, count 12" in check(scanned).stdout


def test_the_kind_settles_eight_digits():
    (upc_e,) = json.loads(check("01234565", "--json").stdout)
    (ean_8,) = json.loads(check("01234565", "--kind", "ean_8", "--json").stdout)
    assert (upc_e["gtin"], ean_8["gtin"]) == ("00012345000065", "00000001234565")
    assert check("4011", "--kind", "upc_a").exit_code == 1


def test_codes_come_from_the_standard_input_one_a_line():
    stdin = "4011\r\n\n]C110AB\x1d3712\n012345678905"
    result = check("-", "--json", stdin=stdin)
    assert result.exit_code == 0
    assert [each["input"] for each in json.loads(result.stdout)] == [
        "4011",
        "]C110AB\x1d3712",
        "012345678905",
    ]


def test_bytes_that_are_no_text_are_a_wrong_code():
    result = check("-", "--json", stdin=b"\xff\xfe\x00\n")
    assert result.exit_code == 1
    assert json.loads(result.stdout)[0]["valid"] is False
    assert check("-", stdin=b"\xff\x1b[31m\n").stdout.count("\x1b") == 0


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("-",),
        ("4011", "--kind", "banana"),
        ("4011", "--pattern", "21X"),
        ("--nonsense", "4011"),
    ],
)
def test_wrong_usage_exits_2(arguments):
    result = check(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
