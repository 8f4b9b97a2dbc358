"""Another Storekeeper as the source."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from app.config import Settings
from app.importing.nodes.handler import FromNode
from app.importing.nodes.source import NodeTrouble, NoSuchNode
from app.importing.nodes.tables import shared
from app.importing.options import Options
from app.importing.targets.table_rows import TableRows
from app.models.help_texts import FieldHelp
from app.models.runs import Run
from app.plugins import Registry, load_plugins
from app.testing.samples import sample


@pytest.fixture
def other(storekeeper, databases_to_lend, own_database, tmp_path):
    """The database of another node, with two products and what they refer to."""
    path = tmp_path / "products.csv"
    path.write_text(
        "number,description,department_number,department,brand,code,vendor_number,vendor,case_cost\n"
        "1,Milk,2,Dairy,Acme,036000291452,7,Farm,8.00\n2,Tea,3,Grocery,Acme,,,,\n"
    )
    assert storekeeper("import", "products-csv", str(path), config=own_database).code == 0
    return own_database["db.url"]


@pytest.fixture
def from_other(app, session, other, monkeypatch):
    """`from_other("product")` brings these tables here."""

    def run(*models, url=other, dry_run=False, source="west", **options):
        settings = app.extensions["settings"]
        config = settings.config.plus({"nodes.west.url": url})
        there = Settings(config, app.extensions["storekeeper"].all("settings").values())
        session.commit()
        said = Options(models=models, source=source, **options)
        return FromNode(there).run(by="ann", options=said, dry_run=dry_run)

    return run


def run_on(url, *statements):
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def changed(report):
    return {n: (c.created, c.updated, c.deleted) for n, c in report.counts.items()
            if c.created or c.updated or c.deleted}  # fmt: skip


def test_all_tables_come_in_their_order_and_a_second_time_nothing(from_other, session):
    report = from_other()
    assert report.rejected == []
    assert changed(report)["product"] == (2, 0, 0)
    assert changed(report)["product_code"] == (1, 0, 0)
    found = session.execute(
        text(
            "SELECT p.number, d.name, b.name FROM product p JOIN department d ON"
            " d.uuid = p.department_uuid JOIN brand b ON b.uuid = p.brand_uuid ORDER BY 1"
        )
    ).all()
    assert found == [("1", "Dairy", "Acme"), ("2", "Grocery", "Acme")]
    assert changed(from_other()) == {}


def rows_of(connection, model):
    """A table as people know its rows."""
    rows = TableRows(model)
    names = [name for name in rows.header if "user" not in name]
    found = [dict(zip(rows.header, row, strict=True)) for row in rows.read(connection)]
    return [[row[name] for name in names] for row in found]


def test_every_table_that_nodes_share_is_equal_afterwards(from_other, session, other):
    everything = shared(Registry(load_plugins()))
    engine = create_engine(other)
    with Session(engine) as there, there.begin():
        for model in everything:
            sample(there, model)
    report = from_other()
    assert report.rejected == []
    session.expire_all()
    with engine.connect() as connection:
        for model in everything:
            found = rows_of(connection, model)
            assert rows_of(session.connection(), model) == found
            assert found
    engine.dispose()
    assert changed(from_other()) == {}


def test_a_dry_run_counts_what_a_real_one_does(from_other):
    tried, made = from_other(dry_run=True), from_other()
    assert changed(tried) == changed(made) != {}


def test_what_differs_is_updated_and_what_is_gone_is_deleted(from_other, session, other):
    from_other()
    run_on(
        other,
        "UPDATE product SET description = 'Whole' WHERE number = '1'",
        "DELETE FROM product WHERE number = '2'",
    )
    assert changed(from_other("product", delete=True)) == {"product": (0, 1, 1)}


def test_an_older_node_leaves_alone_what_it_does_not_know(from_other, session, other):
    run_on(other, "ALTER TABLE brand DROP COLUMN own_label CASCADE")
    assert changed(from_other("brand")) == {"brand": (1, 0, 0)}


def test_an_older_node_without_a_table_deletes_nothing_of_it(from_other, session, other):
    sample(session, FieldHelp)
    run_on(other, "DROP TABLE field_help CASCADE")
    assert changed(from_other("field_help", "brand", delete=True)) == {"brand": (1, 0, 0)}


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://bob:hush@127.0.0.1:{port}/x", "The node cannot be reached: "),
        ("{no_database}", "The node cannot be reached: .* does not exist"),
        ("{as_bob}", 'The node cannot be reached: .*role "bob" does not exist'),
        ("{empty}", "The database of the node is none of a Storekeeper"),
    ],
)
def test_a_node_that_does_not_answer_as_one_is_one_sentence(
    from_other, session, other, server, closed_port, url, says
):
    def but(**facts):
        return make_url(other).set(**facts).render_as_string(hide_password=False)

    there = {
        "port": closed_port, "empty": server.url("postgres"), "no_database": but(database="bobs"),
        "as_bob": but(username="bob", password="hush"),
    }  # fmt: skip
    with pytest.raises(NodeTrouble, match=says) as told:
        from_other("brand", url=url.format(**there))
    assert "hush" not in str(told.value)
    session.expire_all()
    assert session.query(Run).one().state == "failed"


def test_a_node_that_breaks_off_changes_nothing(from_other, session, other):
    run_on(
        other,
        "INSERT INTO brand (name) SELECT 'Brand ' || n FROM generate_series(1, 20000) n",
        "ALTER TABLE brand RENAME TO brand_before",
        "CREATE VIEW brand AS SELECT name || repeat('', 1 / (CASE WHEN name = 'Brand 20000'"
        " THEN 0 ELSE 1 END)) AS name FROM brand_before",
    )
    with pytest.raises(NodeTrouble, match="The other node broke off: division by zero"):
        from_other("brand", delete=True)
    assert session.scalar(text("SELECT count(*) FROM brand")) == 0


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("east", r"There is no node “east”; configured as \[nodes.NAME\] url = … are: west."),
        ("WEST", None),
        (None, None),
    ],
)
def test_a_node_goes_by_its_name_and_the_only_one_needs_none(from_other, source, says):
    if says is None:
        assert changed(from_other("brand", source=source)) == {"brand": (1, 0, 0)}
    else:
        with pytest.raises(NoSuchNode, match=says):
            from_other("brand", source=source)


def test_without_nodes_it_says_how_to_name_one(app, session):
    with pytest.raises(NoSuchNode, match=r"Say which node with --source; configured .* are: none"):
        FromNode(app.extensions["settings"]).run(by="ann")


def test_the_command_brings_a_node_in(storekeeper, server, own_database, tmp_path):
    west = server.clone(f"west_{uuid4().hex[:6]}")
    path = tmp_path / "brands.csv"
    path.write_text("name\nAcme\nZest\n")
    assert storekeeper("import", "brand-table", str(path), config=west).code == 0
    here = {**own_database, "nodes.west.url": west["db.url"]}
    told = storekeeper("import", "node", "brand", "--source", "west", "--json", config=here)
    assert (told.code, told.json["counts"]["brand"]["created"]) == (0, 2)
    again = storekeeper("import", "node", "--source", "west", "--json", config=here)
    assert (again.code, again.json["change_set"]) == (0, None)
    lost = storekeeper("import", "node", "--source", "east", config=here)
    assert (lost.code, lost.err.count("\n")) == (1, 1)


def test_the_address_of_a_node_is_shown_without_its_password(storekeeper):
    here = {"nodes.west.url": "postgresql://reader:hush@west.example.org/storekeeper"}
    answer = storekeeper("config", "get", "nodes.west.url", config=here)
    assert "west.example.org" in answer.out
    assert "hush" not in answer.out
