"""A person says which column of a file is which field; what is not said goes by its header."""

import pytest

from app.importing.errors import BadSource
from app.importing.mapping import name_of, signature
from app.importing.options import BadOptions, Options
from tests.importing.conftest import changed


def mapped(**said):
    return Options.from_json({"map": said})


def test_a_renamed_column_is_taken_as_told(import_products, product):
    file = "Artikel;Text;Preis\n1;Milk;2,99\n2;Eggs;3,49\n"
    options = mapped(number="artikel", description="Text", regular_price="Preis")
    report = import_products(file, options=options)
    assert changed(report)["product"] == (2, 0, 0)
    assert product("2").description == "Eggs"
    assert [str(price.price) for price in product("1").prices] == ["2.990"]
    assert import_products(file, options=options).changed == 0


def test_what_is_not_said_goes_by_its_header(import_products, product):
    import_products(
        "number,Item text,size\n1,Milk,1 gal\n", options=mapped(description="Item text")
    )
    assert (product("1").description, product("1").size) == ("Milk", "1 gal")


def test_a_field_that_is_left_out_stays_as_it_is(import_products, product):
    import_products("number,description,size\n1,Milk,1 gal\n")
    import_products("number,description,size\n1,Whole milk,2 gal\n", options=mapped(size=""))
    assert (product("1").description, product("1").size) == ("Whole milk", "1 gal")


def test_a_column_that_is_said_is_not_taken_for_another_field(import_products, product):
    file = "number,name,product\n1,Milk,Acme\n"  # both headers go by description
    with pytest.raises(BadSource, match="both mean description"):
        import_products(file)
    import_products(file, options=mapped(brand="product"))
    assert (product("1").description, product("1").brand.name) == ("Milk", "Acme")


def test_doubled_and_empty_headers_go_by_their_number(import_products, product):
    import_products("number,text,text,\n1,short,Milk,1 gal\n",
                    options=mapped(description="#3", size="#4"))  # fmt: skip
    assert (product("1").description, product("1").size) == ("Milk", "1 gal")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"description": "Nothing"}, "there is no column “Nothing” to take description from"),
        ({"number": ""}, "the column number is needed and cannot be left out"),
        ({"size": "text", "brand": "text"}, "the column “text” is taken twice"),
        ({"description": "#9"}, "there is no column “#9”"),
        ({"brand": "number"}, "the column number is missing"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_one_sentence(import_products, said, words):
    with pytest.raises(BadSource, match=words):
        import_products("number,text\n1,Milk\n", options=mapped(**said))


def test_an_unknown_field_is_told_with_those_there_are(import_products):
    with pytest.raises(BadOptions, match=r"no field colour in this import; it has number, code"):
        import_products("number,text\n1,Milk\n", options=mapped(colour="text"))


def test_a_mapping_is_kept_with_the_run_and_read_again():
    options = Options.from_json({"map": ["description=Item text", "size ="]})
    assert options.mapping == {"description": "Item text", "size": ""}
    assert options.as_json() == {"map": {"description": "Item text", "size": ""}}
    assert Options.from_json(options.as_json()) == options


@pytest.mark.parametrize("said", [["description"], ["=text"], {"size": 3}, [7]])
def test_what_is_no_mapping_is_refused(said):
    with pytest.raises(BadOptions):
        Options.from_json({"map": said})


def test_a_column_is_named_so_that_it_is_found_again():
    header = ("Item", "Text", "text", "")
    assert [name_of(header, place) for place in range(4)] == ["Item", "#2", "#3", "#4"]
    assert signature(header) == signature(("item", "TEXT", "Text", " "))
    assert signature(header) != signature(("Text", "Item", "text", ""))
