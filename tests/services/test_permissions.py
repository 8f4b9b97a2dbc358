"""Permissions: what users may do, and what they may hand out."""

import pytest
from sqlalchemy import select

from app.models.users import RolePermission, UserEvent
from app.services import permissions, users

PASSWORD = "correct horse battery"


@pytest.fixture
def ann(session):
    return users.create(session, "ann", by="test", password=PASSWORD, name="Ann Lee")


@pytest.fixture
def admin(session):
    root = users.create(session, "root", by="test", password=PASSWORD)
    users.make_administrator(session, root, by="test")
    return root


def role(session, name, *allowed):
    made = users.Role(name=name, permissions=[RolePermission(permission=one) for one in allowed])
    session.add(made)
    session.flush()
    return made


def events(session, kind):
    query = select(UserEvent).where(UserEvent.kind == kind).order_by(UserEvent.happened_at)
    return session.scalars(query).all()


def test_the_administrator_may_everything_also_what_comes_tomorrow(session, admin):
    assert "plugin.of_tomorrow" in permissions.permissions_of(session, admin)


def test_a_user_may_what_their_roles_and_everybody_may(session, ann):
    users.grant(session, ann, role(session, "Buyer", "products.edit"), by="test")
    everybody = permissions.ensure_built_in_roles(session)["everybody"]
    permissions.set_permissions(session, everybody, ["products.list"], known=["products.list"])
    assert permissions.permissions_of(session, ann) == {"products.edit", "products.list"}


def test_who_is_not_active_may_nothing(session, admin, ann):
    users.grant(session, ann, role(session, "Buyer", "products.edit"), by="test")
    users.set_active(session, ann, False, by="test")
    assert permissions.permissions_of(session, ann) == frozenset()


def test_known_permissions_are_five_for_a_view_and_those_of_pages():
    assert permissions.known(["brands"], ["home"]) == (
        "brands.create", "brands.delete", "brands.edit", "brands.list", "brands.view", "home",
    )  # fmt: skip


def test_a_role_gets_only_permissions_that_exist_and_keeps_those_of_absent_plugins(session):
    buyer = role(session, "Buyer", "products.list", "poser.points")
    known = ["products.list", "products.edit"]
    permissions.set_permissions(session, buyer, ["products.edit"], known=known)
    assert permissions.permissions_of_role(session, buyer) == {"products.edit", "poser.points"}
    with pytest.raises(permissions.UnknownPermission):
        permissions.set_permissions(session, buyer, ["products.fly"], known=known)


def test_granting_and_withdrawing_are_written_down(session, ann, admin):
    buyer = role(session, "Buyer", "products.edit")
    users.grant(session, ann, buyer, by=admin)
    users.withdraw(session, ann, buyer, by=admin)
    assert events(session, "role_granted")[-1].detail == "Buyer, by root"
    assert events(session, "role_withdrawn")[-1].detail == "Buyer, by root"


@pytest.mark.parametrize("act", ["deactivate", "withdraw", "delete"])
def test_the_last_administrator_stays(session, admin, act):
    administrator = permissions.ensure_built_in_roles(session)["administrator"]
    acts = {
        "deactivate": lambda: users.set_active(session, admin, False, by="test"),
        "withdraw": lambda: users.withdraw(session, admin, administrator, by="test"),
        "delete": lambda: users.delete(session, admin, by="test"),
    }
    with pytest.raises(permissions.LastAdministrator):
        acts[act]()
    other = users.create(session, "other", by="test")
    users.make_administrator(session, other, by="test")
    acts[act]()
    session.flush()
    assert users.has_administrator(session)


def test_nobody_hands_out_more_than_they_have(session, ann, admin):
    manager = role(session, "Manager", "users.edit", "products.list")
    users.grant(session, ann, manager, by="test")
    bob = users.create(session, "bob", by="test", password=PASSWORD)
    strong = users.create(session, "strong", by="test")
    users.grant(session, strong, role(session, "Buyer", "prices.edit"), by="test")
    administrator = permissions.ensure_built_in_roles(session)["administrator"]
    buyer = users.role_named(session, "buyer")
    for act in (
        lambda: users.make_administrator(session, bob, by=ann),
        lambda: users.make_administrator(session, ann, by=ann),
        lambda: users.grant(session, ann, manager, by=ann),
        lambda: users.grant(session, bob, buyer, by=ann),
        lambda: users.withdraw(session, admin, administrator, by=ann),
        lambda: users.set_active(session, admin, False, by=ann),
        lambda: users.set_password(session, admin, "another good one", by=ann),
        lambda: users.set_password(session, strong, "another good one", by=ann),
        lambda: users.set_password(session, ann, "another good one", by=ann),
        lambda: users.delete(session, admin, by=ann),
        lambda: permissions.require_power_over_role(
            session, users.role_named(session, "buyer"), by=ann
        ),
    ):
        with pytest.raises(permissions.BeyondYou):
            act()
    users.grant(session, bob, manager, by=ann)
    users.set_password(session, bob, "another good one", by=ann)


def test_everybodys_role_is_neither_granted_nor_withdrawn(session, ann):
    with pytest.raises(users.EverybodyHasIt):
        users.grant(session, ann, users.role_named(session, "everybody"), by="test")
