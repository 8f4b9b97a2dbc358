"""Looking for problems: what is found is compared with what was known, in one statement."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, delete, exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from app.db.unit_of_work import Person
from app.errors import AppError
from app.models.problems import ProblemFinding, ProblemLook
from app.models.runs import Run
from app.plugins import Registry
from app.services.problems.report import ProblemReport
from app.work import incidents
from app.work.deferring import defer
from app.work.work import Parameters, Work

FORGET_SOLVED = timedelta(days=180)
TREND = 30
"""So many looks are told of each report."""


class UnknownReport(AppError):
    """There is no such problem report; its plugin may have been removed."""


@dataclass(frozen=True)
class Tally:
    """How much a look found: open now, new of it, and solved since the look before."""

    found: int
    new: int
    solved: int


def look(session: Session, report: ProblemReport, *, run: UUID | None = None) -> Tally:
    """Look once, and note what is new and what is solved."""
    began = time.monotonic()
    now = report.query().cte("now")
    facts = [part for name in report.columns for part in (literal(name), now.c[name])]
    packed = func.jsonb_build_object(*facts)
    ours = (ProblemFinding.report == report.key, ProblemFinding.solved_at.is_(None))
    same = now.c.uuid == ProblemFinding.record_uuid
    solved = (
        update(ProblemFinding)
        .where(*ours, ~exists().where(same))
        .values(solved_at=func.now())
        .returning(literal(1).label("one"))
        .cte("solved")
    )
    changed = (
        update(ProblemFinding)
        .where(*ours, same)
        .where((ProblemFinding.facts != packed) | (ProblemFinding.name != now.c.name))
        .values(facts=packed, name=now.c.name)
        .returning(literal(1).label("one"))
        .cte("changed")
    )
    unknown = select(literal(report.key), now.c.uuid, now.c.name, packed).where(
        ~exists().where(*ours, same)
    )
    new = (
        insert(ProblemFinding)
        .from_select(["report", "record_uuid", "name", "facts"], unknown, include_defaults=False)
        .returning(literal(1).label("one"))
        .cte("new")
    )
    counts = [
        select(func.count()).select_from(part).scalar_subquery() for part in (now, new, solved)
    ]
    found, added, gone = session.execute(
        select(*counts).add_cte(changed),
        execution_options={"synchronize_session": False},
    ).one()
    session.add(
        ProblemLook(
            report=report.key,
            run_uuid=run,
            found=found,
            new=added,
            solved=gone,
            seconds=round(time.monotonic() - began, 3),
        )
    )
    old = func.now() - FORGET_SOLVED
    session.execute(
        delete(ProblemFinding).where(
            ProblemFinding.report == report.key, ProblemFinding.solved_at < old
        )
    )
    session.flush()
    return Tally(found, added, gone)


def tell(session: Session, report: ProblemReport, tally: Tally) -> None:
    """Let the incident of a report be opened, counted or closed; people hear of what is new.

    One that a person closed opens again when something new is found. Reports that only inform have
    none.
    """
    fingerprint = f"problems.{report.key}"
    if tally.found == 0 or report.severity == "info":
        incidents.recover(session, fingerprint)
        return
    is_open = incidents.is_open(session, fingerprint)
    if not tally.new and not is_open:
        return
    changes = f"{tally.new:,} are new since the last look, {tally.solved:,} are solved."
    incident = incidents.report(
        session,
        "problems",
        fingerprint=fingerprint,
        title=f"{report.title}: {tally.found:,}",
        detail=changes,
        severity=report.severity,
        link=f"/problems/{report.key}",
    )
    if tally.new and is_open:
        incidents.note(session, incident, changes, by=None, tell=True)


def ask(session: Session, *, by: Person | str, reports: Collection[str] = ()) -> Run:
    """Ask that a worker looks now, at all reports or at these."""
    return defer(session, PROBLEMS, {"reports": sorted(reports)}, by=by)


def chosen(registry: Registry, keys: Collection[str] = ()) -> list[ProblemReport]:
    """The reports of these keys, by default all. Raises UnknownReport."""
    declared: Mapping[str, ProblemReport] = registry.all("problem_reports")
    if unknown := set(keys) - set(declared):
        raise UnknownReport(f"There is no problem report {', '.join(sorted(unknown))}.")
    return [one for key, one in declared.items() if not keys or key in keys]


def trends(session: Session, keys: Collection[str]) -> dict[str, list[ProblemLook]]:
    """The last looks of each report, the oldest first."""
    place = func.row_number().over(
        partition_by=ProblemLook.report, order_by=ProblemLook.looked_at.desc()
    )
    ranked = (
        select(ProblemLook.uuid, place.label("place"))
        .where(ProblemLook.report.in_(keys))
        .subquery()
    )
    query = (
        select(ProblemLook)
        .join(ranked, ranked.c.uuid == ProblemLook.uuid)
        .where(ranked.c.place <= TREND)
        .order_by(ProblemLook.looked_at)
    )
    found: dict[str, list[ProblemLook]] = {key: [] for key in keys}
    for one in session.scalars(query):
        found[one.report].append(one)
    return found


def findings(
    report: str, *, state: str, last: ProblemLook | None, after: UUID | None = None
) -> Select[ProblemFinding]:
    """What a report found: open, new at the last look, or solved; the newest first."""
    query = select(ProblemFinding).where(ProblemFinding.report == report)
    if state == "solved":
        query = query.where(ProblemFinding.solved_at.is_not(None))
    else:
        query = query.where(ProblemFinding.solved_at.is_(None))
    if state == "new":
        query = query.where(ProblemFinding.first_seen_at == (last.looked_at if last else None))
    if after is not None:
        query = query.where(ProblemFinding.uuid < after)
    return query.order_by(ProblemFinding.uuid.desc())


def _one_by_one(parameters: Parameters) -> str:
    return "problems"


def _known(parameters: Parameters) -> None:
    keys: Sequence[str] = parameters.get("reports") or ()
    if not all(isinstance(key, str) for key in keys):
        raise UnknownReport


PROBLEMS = Work(
    "problems",
    "Look for problems in the data",
    run="jobs.problems:run_all",
    check=_known,
    lock=_one_by_one,
)
