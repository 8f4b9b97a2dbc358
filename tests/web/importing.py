"""Imports as a person begins them in the web, and a worker does them."""

import io

from sqlalchemy import select

from app.models.runs import Run
from app.testing.pages import fields_of, token_of
from app.work.executing import execute

CSV = "number,description\n1,Yogurt\n"
RIGHTS = ("imports.list", "imports.start", "runs.view", "runs.start")
WRITES = tuple(
    f"{view}.{verb}"
    for view in ("products", "product_codes", "product_costs", "product_prices", "departments",
                 "categories", "brands", "vendors")
    for verb in ("create", "edit")
)  # fmt: skip


def chosen(client, key="products-csv", content=CSV, name="a.csv", **more):
    """The answer to a file."""
    data = {"csrf_token": token_of(client.get("/imports/").text), **more}
    if content is not None:
        sent_bytes = content if isinstance(content, bytes) else content.encode()
        data["file"] = (io.BytesIO(sent_bytes), name)
    return client.post(f"/imports/{key}", data=data, content_type="multipart/form-data")


def sent(client, key="products-csv", content=CSV, name="a.csv", **more):
    """The answer to a file, and then to the form with its columns as they are proposed."""
    answer = chosen(client, key, content, name)
    if answer.status_code != 303:
        return answer
    proposed = fields_of(client.get(answer.location).text)
    proposed.pop("dry_run")
    return client.post(answer.location, data=proposed | {"token": "t1"} | more)


def done(app, session):
    """The run that waits, after a worker did it."""
    session.commit()
    run = session.scalars(select(Run).where(Run.state == "waiting")).one()
    execute(run.uuid, settings=app.extensions["settings"],
            registry=app.extensions["storekeeper"])  # fmt: skip
    session.expire_all()
    return session.get(Run, run.uuid)


def known(app, monkeypatch, handler):
    """Let the app know one more import."""
    registry = app.extensions["storekeeper"]
    declared = registry.all("importing") | {handler.key: handler}
    monkeypatch.setitem(registry._known, "importing", declared)
