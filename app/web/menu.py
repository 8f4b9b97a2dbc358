"""The menu: what the core offers, by section; a person sees only what they may open."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from flask import current_app, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.web.auth import allowed
from app.web.master.lookup import views


@dataclass(frozen=True)
class MenuSection:
    """Doors under a title; a later section of the same key adds to the first."""

    key: str
    title: Any
    doors: tuple
    """Keys of views, or Doors."""

    def joined(self, later):
        """This section with the doors of another after its own."""
        return replace(self, doors=(*self.doors, *later.doors))


@dataclass(frozen=True)
class Door:
    """A way to a page that is no view: `Door("home", _l("Home"), "home.index", "home")`."""

    key: str
    title: Any
    endpoint: str
    icon: str
    permission: str = "login"


@dataclass(frozen=True)
class Item:
    """A door as it is drawn on a page."""

    title: str
    url: str
    icon: str
    current: bool = False
    badge: str | None = None
    scan: bool = False
    more: bool = False


@dataclass(frozen=True)
class Opened:
    """A door that somebody may open; what differs from page to page is not in its item."""

    key: str
    item: Item
    endpoint: str | None = None
    """Of a door that is no view."""
    count: Callable[[], int | None] | None = None
    """Asks for the badge of a view that has one."""


HOME = Door("home", _l("Home"), "home.index", "home")
THUMB = "thumb"
KEPT = 200
"""For so many different sets of permissions the menu is kept."""
CORE_MENU = (
    MenuSection(
        "top",
        "",
        (
            HOME,
            "incidents",
            "products",
            "product_prices",
            "sales",
            "vendors",
            "customers",
            "people",
        ),
    ),
    MenuSection(
        "catalogue",
        _l("Catalogue"),
        (
            "departments",
            "subdepartments",
            "categories",
            "families",
            "brands",
            "report_codes",
            "product_codes",
            "product_costs",
            "future_costs",
            "pending_products",
        ),
    ),
    MenuSection(
        "orders",
        _l("Orders"),
        (
            "purchases",
            "purchase_items",
            "purchase_credits",
            "customer_orders",
            "order_items",
            "work_orders",
        ),
    ),
    MenuSection("stock", _l("Stock"), ("stock", "stock_movements", "product_stores")),
    MenuSection(
        "people",
        _l("People"),
        (
            "customer_groups",
            "pending_customers",
            "shoppers",
            "members",
            "membership_types",
            "equity_payments",
            "employees",
            "scheduled_shifts",
            "worked_shifts",
            "vendor_contacts",
        ),
    ),
    MenuSection(
        "temperatures",
        _l("Temperatures"),
        (
            Door(
                "temperatures",
                _l("All appliances"),
                "appliances.overview",
                "temperature",
                "appliances.list",
            ),
            "appliances",
            "probes",
            "readings",
            "probe_states",
            "setup_changes",
            "tempmon_clients",
        ),
    ),
    MenuSection(
        "work",
        _l("Work"),
        (
            "messages",
            "imports",
            "runs",
            "jobs",
            Door("problems", _l("Problems in the data"), "problems.list", "alert", "problems.list"),
            "report_outputs",
            "notes",
            "attachments",
            "merge_requests",
            "change_sets",
        ),
    ),
    MenuSection(
        "care",
        _l("Look after"),
        (
            "stores",
            "users",
            "roles",
            "user_tokens",
            "user_events",
            "settings",
            Door("status", _l("Is all well?"), "status.view", "activity", "status.view"),
            "page_helps",
            "field_helps",
            "email_attempts",
            "email_bounces",
            "upgrades",
        ),
    ),
    MenuSection(
        "lists",
        _l("Lists"),
        (
            "taxes",
            "tenders",
            "holidays",
            "deposit_links",
            "units_of_measure",
            "ifps_plus",
            "adjustment_reasons",
            "label_profiles",
        ),
    ),
)


def init_menu(app, registry):
    """Make the menu of this app known to `menu_for` and `phone_menu`."""
    sections = tuple(registry.all("menu").values())
    app.extensions["storekeeper.doors"] = lru_cache(maxsize=KEPT)(partial(_doors, sections))


def menu_for():
    """The sections with their items, for templates."""
    return [
        {"key": key, "title": title, "items": [_item(door) for door in doors]}
        for key, title, doors in _opened()
        if key != THUMB
    ]


def phone_menu():
    """The five doors for a thumb."""
    doors = {door.key: _item(door) for key, _, doors in _opened() if key == THUMB for door in doors}
    scan = Item(_("Scan"), url_for("home.scan"), "scan", request.endpoint == "home.scan", scan=True)
    more = Item(_("More"), "#menu", "menu", more=True)
    wanted = (doors.get("home"), doors.get("products"), scan, doors.get("runs"), more)
    return [door for door in wanted if door]


def _opened():
    """The doors that this person may open, as they are called in their language."""
    known = current_app.extensions["storekeeper.doors"]
    return known(current_user.permissions, str(get_locale()), request.script_root)


def _doors(sections, permissions, locale, root):
    """What is drawn of a menu on every page alike. All that it depends on is given, since many
    pages are drawn and few people differ in what they may."""
    thumb = MenuSection(THUMB, "", (HOME, "products", "runs"))
    drawn = ((s.key, str(s.title), tuple(filter(None, map(_opened_door, s.doors))))
             for s in (*sections, thumb))  # fmt: skip
    return tuple(section for section in drawn if section[2])


def _opened_door(door):
    if isinstance(door, Door):
        if not allowed(door.permission):
            return None
        item = Item(str(door.title), url_for(door.endpoint), door.icon)
        return Opened(door.key, item, endpoint=door.endpoint)
    view = views().get(door)
    if view is None or not allowed(f"{door}.list"):
        return None
    item = Item(str(view.plural or view.title), url_for(f"{door}.list"), view.icon)
    return Opened(door, item, count=getattr(view, "badge", None))


def _item(door):
    here = (request.endpoint if door.endpoint else request.blueprint) == (door.endpoint or door.key)
    count = door.count() if door.count else None
    if not here and not count:
        return door.item
    return replace(door.item, current=here, badge=str(count) if count else None)
