"""Merging in the browser: chosen in the grid, previewed, done, undone, or asked for."""

from decimal import Decimal

import pytest

from app.models.customers import Customer
from app.models.merges import MergeRequest
from app.models.people import Person, PhoneNumber
from app.models.products import Product, ProductCost
from app.models.vendors import Vendor
from app.testing.pages import token_of
from app.testing.samples import sample

SEE = ("people.list", "people.view")


@pytest.fixture
def ann(session):
    return sample(session, Person, first_name="Ann", last_name="Lee")


@pytest.fixture
def old_ann(session, ann):
    anne = sample(session, Person, first_name="Anne", last_name="Lee", notes="Likes tea")
    sample(session, PhoneNumber, person_uuid=anne.uuid, number="515 555 0199")
    session.commit()
    return anne


def preview(ann, old_ann):
    return f"/people/merge?keep={ann.uuid}&remove={old_ann.uuid}"


def send(client, ann, old_ann, where="/people/merge", **more):
    token = token_of(client.get(preview(ann, old_ann)).text)
    told = {"csrf_token": token, "keep": ann.uuid, "remove": old_ann.uuid, **more}
    return client.post(where, data=told)


def leave(client):
    client.post("/logout", data={"csrf_token": token_of(client.get("/").text)})


def test_two_ticked_in_the_grid_lead_to_the_preview_and_the_older_stays(signed_in, ann, old_ann):
    client = signed_in("*")
    assert f'value="{ann.uuid}"' in client.get("/people/").text
    answer = client.get(f"/people/merge?chosen={old_ann.uuid}&chosen={ann.uuid}")
    assert answer.location == preview(ann, old_ann)


@pytest.mark.parametrize("count", [1, 3])
def test_one_or_three_ticked_are_sent_back_with_advice(session, signed_in, ann, old_ann, count):
    three = [ann, old_ann, sample(session, Person)][:count]
    chosen = "&".join(f"chosen={one.uuid}" for one in three)
    answer = signed_in("*").get(f"/people/merge?{chosen}", follow_redirects=True)
    assert "Tick exactly two" in answer.text


def test_the_preview_says_what_is_kept_filled_and_moved(signed_in, ann, old_ann):
    page = signed_in("*").get(preview(ann, old_ann)).text
    for words in ("Likes tea", "filled in", "Phone numbers", "The other way round", "stays"):
        assert words in page


def test_the_other_one_is_chosen_by_name_from_a_record(signed_in, ann, old_ann):
    client = signed_in("*")
    assert f"/people/merge?remove={old_ann.uuid}" in client.get(f"/people/{old_ann.uuid}").text
    choose = f"/people/merge?remove={old_ann.uuid}"
    assert client.get(choose).status_code == 200
    assert client.get(f"{choose}&other={ann.uuid}").location == preview(ann, old_ann)
    assert "There is no" in client.get(f"{choose}&other=Nobody").text
    assert "These are not two records" in client.get(f"{choose}&other={old_ann.uuid}").text


def test_merging_with_itself_is_refused(signed_in, ann):
    page = signed_in("*").get(preview(ann, ann), follow_redirects=True)
    assert "These are not two records" in page.text


def test_merged_records_are_one_and_the_old_address_leads_on(session, signed_in, ann, old_ann):
    client, gone = signed_in("*"), old_ann.uuid
    answer = send(client, ann, old_ann)
    assert answer.location == f"/people/{ann.uuid}"
    page = client.get(answer.location).text
    assert "is merged into this one" in page
    assert "(515) 555-0199" in page
    old = client.get(f"/people/{gone}/edit")
    assert old.location == f"/people/{ann.uuid}/edit"
    assert "was merged into this one" in client.get(f"/people/{gone}", follow_redirects=True).text
    assert client.get(f"/people/{gone}/history").status_code == 200


def test_a_merge_is_undone_from_its_message(session, signed_in, ann, old_ann):
    client, gone = signed_in("*"), old_ann.uuid
    page = client.get(send(client, ann, old_ann).location).text
    undo = page.split('action="/change-sets/')[1].split('"')[0]
    answer = client.post(f"/change-sets/{undo}", data={"csrf_token": token_of(page)})
    assert answer.status_code == 302, answer.text
    assert client.get(f"/people/{gone}").status_code == 200


@pytest.mark.parametrize("who", [SEE, ("people.list", "people.merge")])
def test_without_permission_nothing_is_merged(session, signed_in, ann, old_ann, who):
    client = signed_in(*who)
    assert client.get(preview(ann, old_ann)).status_code == 403
    answer = client.post("/people/merge", data={"keep": ann.uuid, "remove": old_ann.uuid})
    assert answer.status_code in {400, 403}
    assert session.get(Person, old_ann.uuid)


def test_who_may_not_merge_asks_and_who_may_does(session, signed_in, ann, old_ann):
    asker = signed_in(*SEE, "people.ask_merge")
    assert "Ask to have them merged" in asker.get(preview(ann, old_ann)).text
    answer = send(asker, ann, old_ann, "/people/merge/ask", reason="Same phone")
    assert answer.status_code == 302
    assert asker.post("/people/merge", data={}).status_code == 403
    again = send(asker, ann, old_ann, "/people/merge/ask")
    assert (again.status_code, "asked for this already" in again.text) == (422, True)
    asked = session.query(MergeRequest).one()
    leave(asker)
    boss = signed_in("*")
    page = boss.get(f"/merge-requests/{asked.uuid}").text
    assert preview(ann, old_ann).replace("&", "&amp;") in page
    send(boss, ann, old_ann)
    assert (session.query(MergeRequest).one().state, asked.reason) == ("merged", "Same phone")


def test_a_request_is_declined(session, signed_in, ann, old_ann):
    client = signed_in("*")
    send(client, ann, old_ann, "/people/merge/ask")
    asked = session.query(MergeRequest).one()
    page = f"/merge-requests/{asked.uuid}"
    token = token_of(client.get(page).text)
    assert client.post(f"{page}/decline", data={"csrf_token": token}).status_code == 302
    assert session.query(MergeRequest).one().state == "declined"
    assert "Look at the two" not in client.get(page).text


def test_costs_are_named_only_to_those_who_may_see_them(session, client, signed_in):
    vendor = sample(session, Vendor, name="Northfield")
    two = [sample(session, Product) for _ in range(2)]
    for product, cost in zip(two, (1, 2), strict=True):
        sample(
            session,
            ProductCost,
            product_uuid=product.uuid,
            vendor_uuid=vendor.uuid,
            case_cost=Decimal(cost),
        )
    session.commit()
    url = f"/products/merge?keep={two[0].uuid}&remove={two[1].uuid}"
    blind = signed_in("products.view", "products.merge").get(url).text
    assert "it has one of its own there" in blind
    shown = f">{two[1].costs[0]}<"
    assert shown not in blind
    leave(client)
    assert shown in signed_in("*").get(url).text


@pytest.mark.parametrize("model", [Customer, Vendor, Product])
def test_other_records_are_merged_too(session, signed_in, model):
    one, other = sample(session, model), sample(session, model)
    session.commit()
    key, uuid = f"/{model.__tablename__}s", other.uuid
    client = signed_in("*")
    page = client.get(f"{key}/merge?keep={one.uuid}&remove={uuid}")
    data = {"csrf_token": token_of(page.text), "keep": one.uuid, "remove": uuid}
    assert client.post(f"{key}/merge", data=data).location == f"{key}/{one.uuid}"
    assert client.get(f"{key}/{uuid}").location == f"{key}/{one.uuid}"


@pytest.mark.parametrize("tail", ["", "?keep=x&remove=y", "?keep=\0", "?remove=x", "?chosen=x"])
def test_any_address_is_answered(signed_in, ann, tail):
    assert signed_in("*").get(f"/people/merge{tail}").status_code in {302, 404}
