"""What a person says of a run: read, kept, refused in words, and obeyed."""

from datetime import date
from decimal import Decimal

import pytest

from app.importing.importer import Ref, TableImporter
from app.importing.options import BadOptions, Limit, Options
from app.importing.same import AnyCase, Within
from app.models.departments import Department, Subdepartment
from app.models.vendors import Vendor
from tests.importing.conftest import changed
from tests.importing.till import Supplier, VendorImporter, vendors


class Careless(VendorImporter):
    same = {"name": AnyCase()}
    groups = {"labels": ("name",)}


class Everything(VendorImporter):
    delete = True


@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(models=("vendor",), delete=True, max_delete=Limit.of("2.5%")),
        Options(fields=("name",), keys=("number",), start=date(2026, 1, 1), end=date(2026, 1, 2)),
        Options(create=False, strict=True, warn=True, versioning=False, min_rows=10),
    ],
)
def test_options_are_kept_with_a_run_and_read_again(options):
    assert Options.from_json(options.as_json()) == options


def test_what_was_not_said_is_not_kept():
    assert Options().as_json() == {}
    assert Options(delete=True, max_delete=Limit.of("5%")).as_json() == {
        "delete": True, "max_delete": "5%",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"max_delete": "many"}, "'many' is no limit; write a number such as 100, or 5%."),
        ({"max_delete": "1.5"}, "'1.5' is no limit"),
        ({"max_delete": "-1"}, "is no limit"),
        ({"colour": "red"}, "There is no option colour."),
        ({"create": "perhaps"}, "create is true or false"),
        ({"fields": ["name"], "exclude_fields": ["number"]}, "not both"),
        ({"start": "2026-02-30"}, "cannot be read"),
        ({"start": "2026-02-02", "end": "2026-02-01"}, "is before the start"),
        ({"models": [1]}, "models are names"),
        ({"approve": "yes"}, "cannot be read"),
        ({"min_rows": -1}, "cannot be negative"),
    ],
)
def test_options_that_make_no_sense_are_refused_in_words(said, words):
    with pytest.raises(BadOptions, match=words.replace("(", r"\(")):
        Options.from_json(said)


@pytest.mark.parametrize(("text", "there", "most"), [("100", 7, 100), ("5%", 200, 10), ("0", 9, 0)])
def test_a_limit_is_a_number_or_a_share(text, there, most):
    assert Limit.of(text).among(there) == most


def test_creating_and_updating_can_be_forbidden(session, from_till):
    from_till(Supplier("1", "Farm"))
    told = Options(create=False, update=False)
    report = from_till(Supplier("1", "Barn"), Supplier("2", "Mill"), options=told)
    assert changed(report) == {}
    assert vendors(session) == {"1": ("Farm", None)}


def test_deleting_can_be_asked_for(session, from_till):
    from_till(Supplier("1", "Farm"), Supplier("2", "Mill"))
    from_till(Supplier("2", "Mill"), options=Options(delete=True))
    assert vendors(session) == {"2": ("Mill", None)}


def test_deleting_can_be_forbidden(session, from_till):
    from_till(Supplier("1", "Farm"), Supplier("2", "Mill"))
    from_till(Supplier("2", "Mill"), importers=(Everything,), options=Options(delete=False))
    assert set(vendors(session)) == {"1", "2"}


def test_only_some_fields_are_brought(session, from_till):
    from_till(Supplier("1", "Farm", 3))
    from_till(Supplier("1", "Barn", 9), options=Options(fields=("lead_time_days",)))
    assert vendors(session) == {"1": ("Farm", 9)}


def test_some_fields_are_left_alone(session, from_till):
    from_till(Supplier("1", "Farm", 3))
    from_till(Supplier("1", "Barn", 9), options=Options(exclude_fields=("lead_time_days",)))
    assert vendors(session) == {"1": ("Barn", 3)}


def test_a_group_of_fields_has_a_name(session, from_till):
    from_till(Supplier("1", "Farm", 3))
    told = Options(fields=("labels",))
    from_till(Supplier("1", "Barn", 9), importers=(Careless,), options=told)
    assert vendors(session) == {"1": ("Barn", 3)}


def test_another_key_can_be_chosen(session, from_till):
    from_till(Supplier("1", "Farm", 3))
    from_till(Supplier("7", "Farm", 9), options=Options(keys=("name",)))
    assert vendors(session) == {"7": ("Farm", 9)}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (Options(models=("brand",)), "There is no model brand in this import; it has vendor."),
        (Options(fields=("colour",)), "vendor has no field colour; it has number, name"),
        (Options(exclude_fields=("number",)), "The key number cannot be left out."),
        (Options(keys=("nickname",)), "vendor has no field nickname"),
    ],
)
def test_what_an_import_does_not_have_is_refused_in_words(from_till, options, words):
    with pytest.raises(BadOptions, match=words):
        from_till(Supplier("1", "Farm"), options=options)


def test_what_an_importer_does_not_know_all_of_cannot_be_deleted(from_till):
    class Some(VendorImporter):
        may_delete = False

    with pytest.raises(BadOptions, match="vendor cannot be deleted by this import"):
        from_till(importers=(Some,), options=Options(models=("vendor",), delete=True))


def test_capitals_and_spaces_can_say_nothing(session, from_till):
    from_till(Supplier("1", "Farm"))
    assert changed(from_till(Supplier("1", " FARM "), importers=(Careless,))) == {}
    assert vendors(session) == {"1": ("Farm", None)}


def test_numbers_can_be_near_enough(session, from_till):
    class Near(VendorImporter):
        same = {"lead_time_days": Within("1")}

    from_till(Supplier("1", "Farm", 3))
    assert changed(from_till(Supplier("1", "Farm", 4), importers=(Near,))) == {}
    assert changed(from_till(Supplier("1", "Farm", 5), importers=(Near,))) == {"vendor": (0, 1, 0)}
    assert changed(from_till(Supplier("1", "Farm", None), importers=(Near,)))


def test_a_run_can_be_about_a_few_objects_only(session, app, from_till):
    from tests.importing.till import FromTill

    from_till(Supplier("1", "Farm"), Supplier("2", "Mill"), Supplier("3", "Barn"))

    class Some(Everything):
        def rows(self, keys=None):
            return [row for row in self.source if keys is None or row.id in keys]

    handler = FromTill(app.extensions["settings"])
    handler.importers, handler.subset = (Some,), {"vendor": ["2", "3"]}
    handler.suppliers = [Supplier("1", "Changed"), Supplier("2", "Mills")]
    handler.run()
    assert vendors(session) == {"1": ("Farm", None), "2": ("Mills", None)}


def test_a_source_that_was_cut_off_is_refused(session, from_till):
    from app.importing.guards import TooFewRows

    with pytest.raises(TooFewRows, match="has 1 rows, and at least 10 are expected"):
        from_till(Supplier("1", "Farm"), options=Options(min_rows=10))
    assert vendors(session) == {}


def test_hooks_are_called_in_the_transaction_of_the_run(session, from_till):
    heard = []

    class Heard(VendorImporter):
        @classmethod
        def before(cls, connection):
            heard.append(connection.in_transaction())

        @classmethod
        def after(cls, connection):
            heard.append(connection.execute(cls.table().select()).rowcount)

    from_till(Supplier("1", "Farm"), importers=(Heard,))
    assert heard == [True, 1]


def test_a_wrong_declaration_is_told():
    class Wrong(TableImporter):
        model, key = Subdepartment, "number"
        fields = {"number": "number", "department_uuid": Ref(Department, number="department")}
        groups = {"all": ("number", "colour")}

    assert Wrong.problems() == [
        "Wrong: it has no field colour, of which its groups or rules speak."
    ]


def test_versions_can_be_left_out(session, from_till, versions):
    report = from_till(Supplier("1", "Farm"), options=Options(versioning=False))
    assert changed(report) == {"vendor": (1, 0, 0)}
    assert versions(Vendor, report.change_set_id) == []


def test_a_share_has_decimals():
    assert Limit.of("2.5%").number == Decimal("2.5")
