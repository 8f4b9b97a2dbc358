"""The page of a run that does not end."""

from datetime import UTC, datetime, timedelta

import pytest

from app.models.runs import Run


@pytest.mark.parametrize(("seconds", "told"), [(2, False), (60, True)])
def test_who_waits_for_one_that_does_not_hear_is_told_what_to_restart(
    session, signed_in, seconds, told
):
    asked = datetime.now(UTC) - timedelta(seconds=seconds)
    run = Run(kind="job", key="x", title="X", queue="default", started_at=asked, worker="shop:7",
              cancel_asked_at=asked, cancel_asked_by="Bob")  # fmt: skip
    session.add(run)
    session.commit()
    for page in (f"/runs/{run.uuid}", f"/runs/{run.uuid}/live"):
        text = signed_in("runs.view").get(page).text
        assert "Bob asked it to stop" in text
        assert ("Restart its worker shop:7" in text) == told
