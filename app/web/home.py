"""The first page, the search over everything, and the scanner's page."""

from dataclasses import dataclass
from threading import Lock
from typing import Any

from cachetools import TTLCache, cached
from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, or_, select

from app import barcodes
from app.config.core import BARCODES_IN_STORE_PATTERNS
from app.db import db
from app.models.brands import Brand
from app.models.customers import Customer
from app.models.departments import Department
from app.models.employees import Employee
from app.models.members import Member
from app.models.merges import MergedRecord
from app.models.people import Person
from app.models.products import Product, ProductCode
from app.models.vendors import Vendor
from app.services import change_sets, overview
from app.web import attention
from app.web.auth import allowed, requires
from app.web.formats import today
from app.web.master.filters import escape
from app.web.master.lookup import views
from app.web.sales_parts import yesterday

home = Blueprint("home", __name__)
HITS = 6


@dataclass(frozen=True)
class Hits:
    """What the search found of one kind."""

    title: str
    records: list[Any]
    key: str


@home.get("/")
@requires("login")
def index():
    """The shop at a glance."""
    session = db.session()
    return render_template(
        "home/index.html",
        today=today(),
        sales=yesterday(session) if allowed("sales.list") else None,
        numbers=[n for n in overview.numbers(session) if allowed(f"{n.view}.list")],
        departments=overview.departments(session) if allowed("products.list") else [],
        findings=_findings(session) if allowed("products.list") else [],
        recent=_recent(session) if allowed("products.view") else [],
        incidents=attention.waiting(),
        severity_badge=attention.severity_badge,
        age_of=attention.age_of,
        url_of_cause=attention.url_of_cause,
        url_of_waiting=attention.url_of_waiting,
    )


@cached(
    TTLCache(maxsize=8, ttl=60),
    key=lambda session: str(session.get_bind(Product).engine.url),
    lock=Lock(),
)
def _findings(session):
    """Counted once a minute, since they look at every product."""
    return overview.findings(session)


def _recent(session):
    """The newest change sets, each with what it touched."""
    newest = change_sets.page(session, limit=8)
    counts = change_sets.counts(session, [one.id for one in newest])
    return [(one, counts[one.id]) for one in newest]


@home.get("/search")
@requires("login")
def search():
    """Everything that a text or a scanned code may mean; one exact code leads to its product."""
    text = request.args.get("q", "").strip().replace("\0", "")[:200]
    live = request.headers.get("HX-Target") == "found"
    found = scanned(text) if text and allowed("products.view") else None
    if found is not None and not live:
        return redirect(url_for("products.view", uuid=found.uuid))
    hits = _hits(text) if text else []
    return render_template("home/_found.html" if live else "home/search.html", text=text, hits=hits)


@home.get("/scan")
@requires("products.list")
def scan():
    """A box that a scanner or a thumb fills in."""
    return render_template("home/scan.html")


def scanned(text):
    """The product whose code this is; None when it is no code, or that of nothing."""
    patterns = current_app.extensions["settings"][BARCODES_IN_STORE_PATTERNS]
    try:
        scan = barcodes.read_scan(text, patterns=patterns)
    except barcodes.BadCode:
        scan = None
    codes = {code.gtin for code in barcodes.readings(text, patterns)}
    if scan is not None and scan.code is not None:
        codes.add(scan.code.gtin)
    if not codes:
        return None
    query = select(Product).join(Product.codes).where(ProductCode.gtin.in_(codes)).limit(2)
    found = db.session.scalars(query).unique().all()
    return found[0] if len(found) == 1 else None


def _numbered(model, number):
    """Who has a number, or took over the record that had it."""
    merged = select(MergedRecord.kept_uuid).where(
        MergedRecord.table_name == model.__table__.name, MergedRecord.number == number
    )
    return or_(model.number == number, model.uuid.in_(merged))


def _hits(text):
    like = f"%{escape(text)}%"
    digits = "".join(letter for letter in text if letter.isdigit())
    questions = {
        "products": or_(
            Product.description.ilike(like),
            _numbered(Product, text),
            *(
                [Product.codes.any(ProductCode.gtin.like(f"%{digits}%"))]
                if len(digits) >= 4
                else []
            ),
        ),
        "departments": Department.name.ilike(like),
        "brands": Brand.name.ilike(like),
        "vendors": or_(Vendor.name.ilike(like), _numbered(Vendor, text)),
        "customers": or_(Customer.name.ilike(like), _numbered(Customer, text)),
        "people": Person.name.ilike(like),
        "members": Member.number == text,
        "employees": Employee.name.ilike(like),
    }
    order = {
        "products": Product.description,
        "departments": Department.name,
        "brands": Brand.name,
        "vendors": Vendor.name,
        "customers": Customer.name,
        "people": Person.name,
        "members": Member.number,
        "employees": Employee.name,
    }
    found = []
    for key, where in questions.items():
        if not allowed(f"{key}.view"):
            continue
        model = views()[key].model
        begins = func.lower(order[key]).startswith(text.lower(), autoescape=True)
        query = select(model).where(where).order_by(begins.desc(), order[key]).limit(HITS)
        records = db.session.scalars(query).all()
        if records:
            found.append(Hits(str(views()[key].plural), records, key))
    pages = [
        view for view in views().values() if text.lower() in str(view.plural or view.title).lower()
    ]
    pages = [view for view in pages if allowed(f"{view.key}.list")][:HITS]
    if pages:
        found.append(
            Hits(
                _("Pages"),
                [
                    {"title": str(v.plural or v.title), "url": url_for(f"{v.key}.list")}
                    for v in pages
                ],
                "",
            )
        )
    return found
