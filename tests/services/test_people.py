"""People: what they are called."""

import pytest
from sqlalchemy.exc import IntegrityError

from app.models.people import Person


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"first_name": "Ann", "last_name": "Lee"}, "Ann Lee"),
        ({"first_name": "", "last_name": "Lee"}, "Lee"),
        ({"first_name": "Robert", "middle_name": "J", "last_name": "May"}, "Robert May"),
        ({"first_name": "Robert", "preferred_name": "Bob", "last_name": "May"}, "Bob May"),
        ({"first_name": "Ann", "last_name": "Lee", "display_name": "Dr. Lee"}, "Dr. Lee"),
    ],
)
def test_a_person_is_called_as_they_want_to_be(session, told, name):
    person = Person(**told)
    assert str(person) == name
    session.add(person)
    session.flush()
    session.refresh(person)
    assert (person.name, str(person)) == (name, name)


@pytest.mark.parametrize("empty", ["display_name", "preferred_name"])
def test_an_empty_name_hides_no_other(session, empty):
    session.add(Person(first_name="Ann", **{empty: ""}))
    with pytest.raises(IntegrityError, match=empty):
        session.flush()
