"""Roles in the browser: the table of permissions, and who may hand out what."""

import pytest
from lxml import html

from app.models.users import Role, RolePermission
from app.services import history, permissions
from app.testing.pages import fields_of
from tests.web.forms import make_role, post, send, take_all_away

ROLES = ("roles.list", "roles.view", "roles.create", "roles.edit", "roles.delete")


@pytest.fixture
def buyer(session):
    return make_role(session, "Buyer", "products.edit")


def held(session, role):
    return permissions.permissions_of_role(session, role)


def test_a_role_is_made_with_its_permissions(session, signed_in):
    ticked = ["products.list", "products.view"]
    answer = send(signed_in("*"), "/roles/new", name="Clerk", permissions=ticked)
    assert answer.status_code == 302, answer.text
    role = session.query(Role).filter_by(name="Clerk").one()
    assert held(session, role) == set(ticked)


def test_permissions_of_a_role_are_changed_and_taken_back(session, signed_in, buyer):
    client, url = signed_in("*"), f"/roles/{buyer.uuid}"
    off = [("permissions", "products.edit")]
    send(client, f"{url}/edit", untick=off, permissions=["brands.list"])
    assert held(session, buyer) == {"brands.list"}
    link = html.fromstring(client.get(url).text).xpath("//a[contains(@href,'/revert/')]/@href")[0]
    assert post(client, link, link).status_code == 302
    assert held(session, buyer) == {"products.edit"}


def test_the_table_has_exactly_the_permissions_of_this_node(storekeeper, signed_in):
    page = html.fromstring(signed_in("*").get("/roles/new").text)
    ticks = page.xpath("//input[@name='permissions']/@value")
    told = storekeeper("permissions", "--json").json
    assert sorted(ticks) == [one["permission"] for one in told]
    assert len(page.xpath("//input[@name='permissions'][@disabled]")) == 0


def test_the_administrator_has_all_and_cannot_be_changed(session, signed_in):
    admin = permissions.ensure_built_in_roles(session)["administrator"]
    session.commit()
    client, url = signed_in("*"), f"/roles/{admin.uuid}"
    boxes = html.fromstring(client.get(f"{url}/edit").text).xpath("//input[@name='permissions']")
    assert all(box.checked and box.get("disabled") is not None for box in boxes)
    assert send(client, f"{url}/edit", notes="All of it.").status_code == 302
    assert session.query(RolePermission).filter_by(role_uuid=admin.uuid).count() == 0


def test_what_everybody_may_do_is_editable(session, signed_in):
    role = permissions.ensure_built_in_roles(session)["everybody"]
    session.commit()
    send(signed_in("*"), f"/roles/{role.uuid}/edit", permissions=["products.list"])
    assert held(session, role) == {"products.list"}


def test_the_built_in_roles_stay(session, signed_in):
    role = permissions.ensure_built_in_roles(session)["everybody"]
    session.commit()
    url = f"/roles/{role.uuid}/delete"
    client = signed_in("*")
    assert url not in client.get(f"/roles/{role.uuid}").text
    answer = post(client, url, url)
    assert answer.status_code == 422
    assert "always there" in answer.text


def test_nobody_makes_a_role_that_allows_more_than_they_may(session, signed_in):
    client = signed_in(*ROLES)
    boxes = html.fromstring(client.get("/roles/new").text).xpath("//input[@name='permissions']")
    free = {box.get("value") for box in boxes if box.get("disabled") is None}
    assert free == set(ROLES)
    answer = send(client, "/roles/new", name="King", permissions=["products.delete"])
    assert answer.status_code == 422
    assert "You can hand out only what you may do yourself" in answer.text
    assert session.query(Role).filter_by(name="King").count() == 0


def test_nobody_changes_a_role_that_allows_more_than_they_may(session, signed_in, buyer):
    client, url = signed_in(*ROLES), f"/roles/{buyer.uuid}"
    session.commit()
    assert "you cannot change it" in client.get(url).text
    for answer in (
        send(client, f"{url}/edit", name="Mine"),
        post(client, f"{url}/delete", f"{url}/delete"),
    ):
        assert answer.status_code == 422
        assert "You can hand out only" in answer.text
    assert (buyer.name, held(session, buyer)) == ("Buyer", {"products.edit"})


def test_nobody_takes_back_what_would_give_more_than_they_may(session, signed_in, buyer):
    take_all_away(session, buyer)
    number = history.of(session, Role, buyer.uuid, limit=1)[0].change_set.id
    client, url = signed_in(*ROLES), f"/roles/{buyer.uuid}/revert/{number}"
    assert post(client, url, url).status_code == 422
    assert held(session, buyer) == set()


def test_two_people_at_one_role_are_told(session, signed_in, buyer):
    session.commit()
    client, url = signed_in("*"), f"/roles/{buyer.uuid}/edit"
    data = fields_of(client.get(url).text)
    take_all_away(session, buyer)
    answer = client.post(url, data=data)
    assert answer.status_code == 409
    told = html.fromstring(answer.text).cssselect(".errors")[0].text_content()
    assert "Somebody else changed this" in told
    assert "products.edit" in told


def test_a_permission_that_is_none_is_refused(session, signed_in):
    answer = send(signed_in("*"), "/roles/new", name="King", permissions=["nothing.at_all"])
    assert answer.status_code == 422
    assert session.query(Role).filter_by(name="King").count() == 0
