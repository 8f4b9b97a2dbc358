"""The menu has what a person may open, and says where they are."""

from lxml import html


def doors(page):
    links = html.fromstring(page).cssselect("nav.side .doors a")
    return {link.text_content().strip().split("\n")[0]: link for link in links}


def test_two_people_see_what_each_may(signed_in):
    everything = doors(signed_in("*").get("/").text)
    little = doors(signed_in("departments.list").get("/").text)
    assert {"Departments", "Products"} <= set(everything)
    assert set(little) == {"Home", "Departments"}


def test_it_says_where_one_is_also_when_drawn_before(signed_in):
    client = signed_in("*")
    for _ in range(2):
        for path, name in (("/departments/", "Departments"), ("/brands/", "Brands")):
            here = [n for n, a in doors(client.get(path).text).items() if a.get("aria-current")]
            assert here == [name]
