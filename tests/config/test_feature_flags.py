"""Feature flags: on, off, for some roles, for a part of the users."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import BadSetting, BadValue, Config, FeatureFlag, Rollout, Settings

NEW_GRID = FeatureFlag("features.new_grid", False, "The new grid")
ROLES = st.lists(st.from_regex(r"[a-z_]+", fullmatch=True)).map(tuple)


def settings(text: str) -> Settings:
    return Settings(Config.of({NEW_GRID.key: text}), (NEW_GRID,))


def test_a_flag_is_off_or_on_for_everybody():
    assert not Settings(Config(), (NEW_GRID,)).enabled(NEW_GRID)
    assert settings("on").enabled(NEW_GRID)
    assert settings("100 %").enabled(NEW_GRID)
    assert not settings("off").enabled(NEW_GRID, user_key="ann", roles=["buyers"])
    assert not settings("0 %").enabled(NEW_GRID, user_key="ann")


def test_a_flag_may_be_on_for_roles():
    buyers = settings("role:buyers, role:admins")
    assert buyers.enabled(NEW_GRID, roles=["clerks", "admins"])
    assert not buyers.enabled(NEW_GRID, user_key="ann", roles=["clerks"])


def test_a_part_of_the_users_gets_it_and_always_the_same_ones():
    users = [f"user {number}" for number in range(2000)]
    quarter = {user for user in users if settings("25 %").enabled(NEW_GRID, user_key=user)}
    half = {user for user in users if settings("50%").enabled(NEW_GRID, user_key=user)}
    assert 400 < len(quarter) < 600
    assert quarter < half


def test_nobody_is_in_no_part_of_the_users():
    assert not settings("99 %").enabled(NEW_GRID)


def test_roles_and_percentage_add_up():
    flag = settings("role:buyers, 1 %")
    assert flag.enabled(NEW_GRID, user_key="ann", roles=["buyers"])
    assert sum(flag.enabled(NEW_GRID, user_key=number) for number in range(1000)) < 50


def test_a_partly_rolled_out_flag_is_no_truth():
    assert not settings("role:buyers, 99 %")[NEW_GRID]
    assert settings("on")[NEW_GRID]


@pytest.mark.parametrize(
    "text",
    ["", "maybe", "role:", "buyers", "101 %", "-1 %", "2.5 %", "25", "10 %, 20 %", "on, 5 %"],
)
def test_anything_else_is_refused(text):
    with pytest.raises(BadValue, match=r"it must be on, off, role:NAME, 25 %"):
        NEW_GRID.parse(text)


def test_the_default_may_be_a_text():
    flag = FeatureFlag("features.x", "role:buyers, 10 %", "X")
    assert flag.default == Rollout(roles=("buyers",), percentage=10)


def test_a_wrong_default_is_refused_at_once():
    with pytest.raises(BadSetting, match=r"features.x is declared wrongly"):
        FeatureFlag("features.x", "sometimes", "X")


@given(ROLES, st.integers(0, 100))
def test_what_is_written_is_read_back(roles, percentage):
    rollout = Rollout(roles=roles, percentage=percentage)
    assert NEW_GRID.parse(NEW_GRID.format(rollout)) == rollout
    assert NEW_GRID.parse(NEW_GRID.format(Rollout(on=True))) == Rollout(on=True)
