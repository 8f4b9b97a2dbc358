"""A small app with pages that try the door, so that it is tested without the master views."""

from flask import abort, request
from flask_babel import Babel
from flask_login import current_user
from sqlalchemy import text

from app.db import db
from app.errors import AppError
from app.models.users import Role, RolePermission
from app.services import users

PASSWORD = "correct horse battery"


class Closed(AppError):
    """The shop is closed."""


def make_app(config):
    """The app without its views, and with probes: /probe/<what> and others."""
    from app import create_app
    from app.web import account, auth, errors, security, welcome
    from app.web.formats import init_formats
    from app.web.icons import icon

    app = create_app(config, web=False)
    app.testing = True
    Babel(app)
    app.jinja_env.globals["icon"] = icon
    init_formats(app)
    security.init_security(app, app.extensions["settings"])
    auth.init_auth(app)
    errors.init_errors(app)
    app.register_blueprint(account.account)
    app.register_blueprint(welcome.welcome)
    app.context_processor(_shell)
    _add_probes(app, auth.requires)
    auth.check_routes(app)
    return app


def _shell():
    return {
        "shop_name": "Corner Market", "theme": "auto", "menu": [], "phone_menu": [],
        "search_url": "/", "attention": None, "user": current_user,
    }  # fmt: skip


def _add_probes(app, requires):
    @app.get("/", endpoint="home")
    @requires("login")
    def home():
        return f"hello {current_user.username}"

    @app.route("/products", methods=["GET", "POST"], endpoint="products.list")
    @requires("products.list")
    def products():
        return "products"

    @app.get("/open", endpoint="open")
    @requires("public")
    def open_():
        return "open"

    @app.post("/person", endpoint="person")
    @requires("login")
    def person():
        db.session.execute(text("INSERT INTO person (first_name) VALUES ('Zoe')"))
        db.session.commit()
        return "made"

    @app.get("/probe/<what>", endpoint="probe")
    @requires("public")
    def probe(what):
        return PROBES[what]()


def _raises(error):
    def probe():
        raise error

    return probe


def _asks(sql):
    return lambda: str(db.session.execute(text(sql)))


def _aborts(code):
    return lambda: abort(code)


PROBES = {
    "refused": _raises(Closed()),
    "boom": _raises(ZeroDivisionError("secret detail")),
    "slow": _asks("SET LOCAL statement_timeout = 50; SELECT pg_sleep(2)"),
    "sql": _asks("SELECT * FROM nothing_here"),
    "host": lambda: f"{request.remote_addr} {request.host}",
    **{str(code): _aborts(code) for code in (400, 401, 403, 404, 413, 422, 429, 503)},
}


def token_of(page):
    """The CSRF token in the first form of a page."""
    return page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]


def log_in(client, username="ann", password=PASSWORD, **more):
    """Go through the login page as a browser does."""
    token = token_of(client.get("/login"))
    form = {"csrf_token": token, "username": username, "password": password}
    return client.post("/login", data=form, **more)


def post(client, path, *, page="/account", **form):
    """Post a form with the token of a page that the client may see."""
    return client.post(path, data={"csrf_token": token_of(client.get(page)), **form})


def cookie(client, name="storekeeper"):
    """The value of a cookie of the client, or None."""
    found = client.get_cookie(name)
    return found.value if found else None


def steal(app, client):
    """Another browser with a copy of the session cookie."""
    thief = app.test_client()
    thief.set_cookie("storekeeper", cookie(client))
    return thief


def allow(session, user, *permissions):
    """Give a user a role with these permissions."""
    role = Role(name="Buyer", permissions=[RolePermission(permission=p) for p in permissions])
    session.add(role)
    session.flush()
    users.grant(session, user, role, by="test")
    session.commit()
    return role
