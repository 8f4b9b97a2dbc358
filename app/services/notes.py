"""Notes: what people write about a record of any annotated table."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from app.db import Model
from app.errors import AppError
from app.models.notes import Attachment, Note
from app.models.users import User


class NothingWritten(AppError):
    """Write something first."""


class NotAnnotated(AppError):
    """There is no such record to write about, or this kind of record has no notes."""


def annotated_models() -> dict[str, type[Any]]:
    """The models whose rows have notes and attachments, by table."""
    return {
        str(mapper.local_table.name): mapper.class_  # type: ignore[attr-defined]
        for mapper in Model.registry.mappers
        if getattr(mapper.class_, "__annotated__", False)
    }


def subject_of(session: Session, about: Note | Attachment) -> Any:
    """The record that a note or an attachment is about."""
    model = annotated_models().get(about.subject_table)
    return session.get(model, about.subject_uuid) if model else None


def of(session: Session, record: Any) -> list[Note]:
    """The notes about a record, newest first."""
    return list(session.scalars(_about(Note, record.uuid)))


def attachments_of(session: Session, record: Any) -> list[Attachment]:
    """The files beside a record, newest first."""
    return list(session.scalars(_about(Attachment, record.uuid)))


def write(
    session: Session,
    record: Any,
    text: str,
    *,
    by: User | None,
    subject: str | None = None,
    kind: str = "general",
) -> Note:
    """Write a note about a record. Raises NothingWritten and NotAnnotated."""
    if not text.strip():
        raise NothingWritten
    note = Note(
        subject_table=str(record.__table__.name), subject_uuid=record.uuid, text=text.strip(),
        subject=(subject or "").strip() or None, kind=kind, created_by=by,
    )  # fmt: skip
    add(session, note)
    return note


def add(session: Session, about: Note | Attachment) -> None:
    """Keep a note or an attachment. Raises NotAnnotated where its subject is none."""
    try:
        with session.begin_nested():
            session.add(about)
    except IntegrityError as error:
        rule = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
        if rule.endswith("_subject"):
            raise NotAnnotated from error
        raise


def _about(model: type[Any], uuid: UUID) -> Any:
    query = select(model).where(model.subject_uuid == uuid).options(joinedload(model.created_by))
    return query.order_by(model.created_at.desc(), model.uuid.desc())
