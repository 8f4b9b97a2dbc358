"""The PLU list of the IFPS, as it gives it."""

from datetime import date

import pytest

from app.importing.handlers.ifps_plu_csv import IfpsPluCsv
from app.models.produce import IfpsPlu

HEADER = "PLU,CATEGORY,COMMODITY,VARIETY,AKA,RESTRICTIONS / NOTES,REVISION DATE,DATE ADDED\n"


@pytest.fixture
def import_plus(app, session, tmp_path):
    def run(rows):
        path = tmp_path / "Commodities.csv"
        path.write_text(HEADER + rows)
        return IfpsPluCsv(app.extensions["settings"], path).run()

    return run


def test_a_row_becomes_a_plu(session, import_plus):
    import_plus("4011,Fruits,BANANAS,Yellow,,,2016-02-03 00:00:00,\n")
    banana = session.query(IfpsPlu).one()
    assert (banana.plu, banana.name, str(banana)) == (
        4011, "BANANAS, Yellow", "4011 BANANAS, Yellow",
    )  # fmt: skip
    assert (banana.revised_on, banana.added_on) == (date(2016, 2, 3), None)


def test_lines_of_a_cell_become_one(session, import_plus):
    import_plus('3000,Fruits,APPLES,"Alkmene\n  small",,,2013-05-01,\n')
    assert session.query(IfpsPlu.name).scalar() == "APPLES, Alkmene small"


def test_what_cannot_be_is_rejected_with_its_reason(import_plus):
    report = import_plus("123456,Fruits,X,,,,,\nabc,Fruits,X,,,,,\n1,Fruits,,,,,03/04/2016,\n")
    assert [row.line for row in report.rejected] == [2, 3, 4]
    assert "five digits" in report.rejected[0].reason
    assert "commodity" in report.rejected[2].reason
