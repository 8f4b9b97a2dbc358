"""The menu: what the core offers, by section; a person sees only what they may open."""

from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

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
    """A door as it is drawn on this page, for this person."""

    title: str
    url: str
    icon: str
    current: bool = False
    badge: str | None = None
    scan: bool = False
    more: bool = False


CORE_MENU = (
    MenuSection(
        "top",
        "",
        (
            Door("home", _l("Home"), "home.index", "home"),
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


def menu_for(registry):
    """The sections with their items, for templates."""
    drawn = []
    for section in registry.all("menu").values():
        items = [item for door in section.doors if (item := _item(door))]
        if items:
            drawn.append({"key": section.key, "title": str(section.title), "items": items})
    return drawn


def phone_menu():
    """The five doors for a thumb."""
    doors = [
        _item(Door("home", _l("Home"), "home.index", "home")),
        _item("products"),
        Item(
            _("Scan"),
            url_for("home.scan"),
            "scan",
            current=request.endpoint == "home.scan",
            scan=True,
        ),
        _item("runs"),
        Item(_("More"), "#menu", "menu", more=True),
    ]
    return [door for door in doors if door]


def _item(door):
    if isinstance(door, Door):
        if not allowed(door.permission):
            return None
        return Item(
            str(door.title), url_for(door.endpoint), door.icon, request.endpoint == door.endpoint
        )
    view = views().get(door)
    if view is None or not allowed(f"{door}.list"):
        return None
    here = (request.blueprint or "") == door
    count = view.badge() if hasattr(view, "badge") else None
    badge = str(count) if count else None
    return Item(str(view.plural or view.title), url_for(f"{door}.list"), view.icon, here, badge)
