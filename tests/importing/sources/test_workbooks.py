"""Workbooks: what is taken from them, and what is refused in a sentence."""

from __future__ import annotations

import datetime
import io
import zipfile

import odswriter
import pytest

from app.importing.errors import BadSource
from app.importing.sources.opening import open_table
from app.importing.sources.reading import Reading
from app.importing.sources.workbook import Limits
from tests.importing.conftest import a_price, changed, reasons
from tests.importing.sources.books import repacked, workbook

HEAD = ["number", "description", "price", "sale_price", "sale_starts_on"]
MILK = [1001, "Milk", 2.49, 1.99, datetime.date(2026, 3, 31)]


def test_a_workbook_is_imported_like_a_csv_file(import_products, product):
    packed = workbook(("Prices", [HEAD, MILK]))
    report = import_products(packed, name="prices.csv")
    assert changed(report) == {
        "product": (1, 0, 0), "regular_price": (1, 0, 0), "sale_price": (1, 0, 0)
    }  # fmt: skip
    assert str(a_price(product("1001")).price) == "2.490"
    assert str(a_price(product("1001"), "sale").starts_on) == "2026-03-31"
    assert (report.source["format"], report.source["sheet"]) == ("workbook", "Prices")


def test_open_document_sheets_are_taken_alike(import_products, product):
    packed = io.BytesIO()
    with odswriter.writer(packed) as book:
        sheet = book.new_sheet("Prices")
        for row in (HEAD, MILK):
            sheet.writerow(row)
    import_products(packed.getvalue(), name="prices.ods")
    assert str(a_price(product("1001"), "sale").starts_on) == "2026-03-31"


def test_titles_above_the_header_and_an_offset_are_skipped(import_products, product):
    rows = [["Our prices"], [], [None, None, *HEAD], [None, None, *MILK], [], [None, None, *MILK]]
    report = import_products(workbook(("Prices", rows)))
    assert product("1001").description == "Milk"
    assert reasons(report) == {6: "Product 1001 is already in line 4."}


def test_the_first_sheet_that_is_seen_and_holds_something_is_read(import_products):
    packed = workbook(
        ("Old", [HEAD, [1, "Old"]]), ("Blank", []), ("New", [HEAD, [2, "New"]]), hidden=["Old"]
    )
    report = import_products(packed)
    assert report.source["sheet"] == "New"
    assert report.notes == ["The sheet New was read; there are also: Blank."]


def test_a_sheet_can_be_told_also_a_hidden_one(import_products, product):
    packed = workbook(("New", [HEAD, [2, "New"]]), ("Old", [HEAD, [1, "Old"]]), hidden=["Old"])
    import_products(packed, reading=Reading(sheet="old "))
    assert product("1").description == "Old"
    with pytest.raises(BadSource, match=r"has no sheet Last; it has: New\."):
        import_products(packed, reading=Reading(sheet="Last"))


def test_dates_as_text_are_read_as_those_of_any_file(import_products, product):
    packed = workbook(("A", [HEAD, [1, "Milk", 2, 1, "25/12/2026"], [2, "Tea", 2, 1, "1/12/2026"]]))
    assert import_products(packed).source["dates"] == "dmy"
    assert str(a_price(product("2"), "sale").starts_on) == "2026-12-01"


def test_numbers_lose_the_dust_of_their_arithmetic(import_products, product):
    import_products(workbook(("A", [HEAD, [1, "Milk", 0.1 + 0.2]])))
    assert str(a_price(product("1")).price) == "0.300"


def test_codes_that_lost_digits_refuse_the_workbook(import_products):
    with pytest.raises(BadSource, match="lost its digits"):
        import_products(workbook(("A", [["number", "description"], [12345678901234567890, "x"]])))


def test_merged_cells_formulas_and_errors_are_said(import_products, product):
    def with_formulas(name, content):
        cells = b'<c r="C2"><f>1+1</f></c><c r="D2" t="e"><f>NA()</f><v>#N/A</v></c></row>'
        merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A3:A4"/></mergeCells>'
        if not name.endswith("sheet1.xml"):
            return content
        first, _, rest = content.partition(b"</row>")
        second, _, rest = rest.partition(b"</row>")
        changed = first + b"</row>" + second + cells + rest
        return changed.replace(b"</sheetData>", merged)

    packed = workbook(("A", [HEAD, [1, "Milk"], [2, "Tea"], [None, "Mint"]]))
    report = import_products(repacked(packed, with_formulas))
    assert report.notes == [
        "Cells are merged; their value was taken for the first one, the others are empty.",
        "Cells hold errors such as #N/A; they were taken as empty.",
        "Formulas hold no values; open the workbook and save it, or their cells are empty.",
    ]
    assert reasons(report) == {4: "number: is empty."}
    assert product("1").prices == []


def test_a_thousand_columns_are_taken(import_products):
    head = [*HEAD, *(f"extra {n}" for n in range(995))]
    report = import_products(workbook(("A", [head, [*MILK, *range(995)]])))
    assert changed(report)["product"] == (1, 0, 0)
    assert len(report.source["ignored_columns"]) == 995


def test_rows_that_are_rejected_come_back_with_their_cells(import_products):
    rejects = io.StringIO()
    import_products(workbook(("A", [HEAD, MILK, MILK, [3, "x", "free"]])), rejects_to=rejects)
    lines = rejects.getvalue().splitlines()
    assert lines[0] == "line,reason,number,description,price,sale_price,sale_starts_on"
    assert sorted(line[:2] for line in lines[1:]) == ["3,", "4,"]
    assert any(line.endswith("1001,Milk,2.49,1.99,2026-03-31") for line in lines)


# Bad input


def test_what_is_damaged_is_one_sentence(import_products):
    packed = workbook(("A", [HEAD, MILK]))
    broken = [
        packed[: len(packed) // 2],
        repacked(packed, lambda name, c: c[:300] if "sheet1" in name else c),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5_000,
    ]
    for content in broken:
        with pytest.raises(BadSource, match="damaged and cannot be read"):
            import_products(content)


def test_an_empty_workbook_is_one_sentence(import_products):
    with pytest.raises(BadSource, match="is empty: no sheet"):
        import_products(workbook(("A", []), ("B", [["x"]]), hidden=["B"]))


def test_a_bomb_is_refused_before_it_takes_the_memory(tmp_path):
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    packed = workbook(("A", [HEAD, MILK]))
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(
        repacked(packed, lambda n, c: c.replace(b"</sheetData>", far) if "sheet1" in n else c)
    )
    says = "needs more than 500 MB of memory"
    with pytest.raises(BadSource, match=says), _opened(path, Limits(memory=500)):
        pass


def test_shared_texts_that_explode_are_refused(tmp_path):
    many = b"<si><t>" + b"x" * 1_000 + b"</t></si>"

    def explode(name, content):
        return (
            content.replace(b"</sst>", many * 400_000 + b"</sst>") if "shared" in name else content
        )

    path = tmp_path / "bomb.xlsx"
    path.write_bytes(repacked(workbook(("A", [HEAD, MILK])), explode))
    assert path.stat().st_size < 2_000_000
    with pytest.raises(BadSource, match="needs more than 300 MB"), _opened(path, Limits(300)):
        pass


def test_what_takes_too_long_is_stopped(tmp_path):
    row = b"<row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c></row>"

    def much(name, content):
        end = b"</sheetData>"
        return content.replace(end, row * 1_000_000 + end) if "sheet1" in name else content

    path = tmp_path / "long.xlsx"
    path.write_bytes(repacked(workbook(("A", [HEAD, MILK])), much))
    says = "takes more than 1 seconds"
    with pytest.raises(BadSource, match=says), _opened(path, Limits(memory=4_000, seconds=1)):
        pass


def test_a_workbook_with_a_password_is_one_sentence(import_products):
    with pytest.raises(BadSource, match="protected by a password; save it without one"):
        import_products(_encrypted())


@pytest.mark.parametrize("name", ["content.xml", "encrypted-package"])
def test_an_open_document_with_a_password_is_one_sentence(import_products, name):
    """Each part is encrypted by itself, or since LibreOffice 24.8 all of them as one."""
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="{name}"><manifest:encryption-data/>'
        "</manifest:file-entry></manifest:manifest>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(name, b"\xa7" * 500)
        archive.writestr("META-INF/manifest.xml", manifest)
    with pytest.raises(BadSource, match="protected by a password; save it without one"):
        import_products(packed.getvalue())


def _opened(path, limits):
    return open_table(path, knows=lambda name: name in HEAD, limits=limits)


def _encrypted():
    """The begin of a container with a workbook that Office has encrypted (MS-OFFCRYPTO 2.3.4.4)."""
    name = "EncryptedPackage".encode("utf-16-le")
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000) + name + b"\xa7" * 3_000
