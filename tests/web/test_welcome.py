"""The first page of a new installation."""

import pytest

from app.services import users
from tests.web.door import PASSWORD, make_app, post, token_of


@pytest.fixture(scope="session")
def app(app_config):
    return make_app(app_config)


def welcome_path(app, session):
    return f"/welcome/{users.welcome_token(session, secret_key=app.secret_key)}"


def first_form(**more):
    return {"name": "Ann Lee", "username": "ann", "password": PASSWORD, "again": PASSWORD, **more}


def test_the_welcome_link_makes_the_administrator_and_signs_in(app, client, session):
    path = welcome_path(app, session)
    answer = post(client, path, page=path, **first_form())
    assert answer.headers["Location"] == "/"
    assert client.get("/products").status_code == 200
    assert users.find(session, "ann").is_administrator


def test_the_welcome_link_works_once(app, client, session):
    path = welcome_path(app, session)
    stranger = app.test_client()
    token = token_of(stranger.get(path))
    post(client, path, page=path, **first_form())
    late = stranger.post(path, data={"csrf_token": token, **first_form(username="eve")})
    assert late.status_code == 410
    assert "no longer works" in late.get_data(as_text=True)
    assert users.find(session, "eve") is None
    assert stranger.get(path).status_code == 410


@pytest.mark.parametrize("token", ["x", "a.b.c", "%00", "..%2f", "%F0%9F%94%91"])
def test_a_made_up_welcome_link_is_refused_politely(client, token):
    assert client.get(f"/welcome/{token}").status_code in (404, 410)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"password": "password", "again": "password"}, "Many people use this password"),
        ({"again": "another"}, "not the same"),
        ({"username": "a b"}, "no spaces"),
        ({"name": ""}, "Please fill this in"),
    ],
)
def test_a_welcome_form_with_mistakes_comes_back(app, client, session, wrong, said):
    path = welcome_path(app, session)
    answer = post(client, path, page=path, **first_form(**wrong))
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert users.find(session, "ann") is None
