"""Columns, properties and methods that a project adds to a table of the core.

See docs/why/extension-columns.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from inspect import get_annotations
from typing import Any, ClassVar

from sqlalchemy import Column, Integer
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, MappedColumn, registry
from sqlalchemy.orm.relationships import RelationshipProperty

from app.db import versioning
from app.db.base import Model

LONGEST_NAME = 63  # PostgreSQL cuts what is longer
RESERVED = frozenset({
    "changeset", "end_transaction_id", "index", "metadata", "next", "operation_type", "previous",
    "query", "query_class", "registry", "revert", "transaction", "transaction_id", "versions",
})  # fmt: skip


class Extends:
    """`class PoserProduct(Extends, of=Product, prefix="poser"): points: Mapped[int | None]`.

    A column joins the core table under the prefix of its project (SQL `product.poser_points`) and
    the core class under its own name (`Product.points`); a relation, a property or a method joins
    the class as it is. Name it in a module that `Plugin.models()` returns: it joins at start.
    """

    __of__: ClassVar[Any] = None
    __prefix__: ClassVar[str] = ""
    __joined__: ClassVar[bool] = False

    def __init_subclass__(cls, *, of: Any = None, prefix: str = "") -> None:
        # What is wrong is told at start, all of it at once, so nothing is raised here.
        cls.__of__, cls.__prefix__, cls.__joined__ = of, prefix, False


def join(extension: type[Extends], *, project: str) -> list[str]:
    """Add what an extension declares to its model, once; or say what is wrong with it."""
    if extension.__joined__:
        return []
    faults = list(_faults(extension, project))
    columns: dict[str, Column[Any]] = {}
    if not faults:
        try:
            columns = columns_of(extension)
        except SQLAlchemyError as error:
            faults = [str(error).splitlines()[0]]
        faults += [fault for name, c in columns.items() for fault in _column_faults(name, c)]
    if not faults:
        _join(extension, columns)
    return [f"{extension.__name__}: {fault}" for fault in faults]


def columns_of(extension: type[Extends]) -> dict[str, Column[Any]]:
    """The columns that an extension declares, by attribute, under the names they have in SQL."""
    members = _members(extension)
    given = {name: value for name, value in members.items() if isinstance(value, MappedColumn)}
    annotations = {
        name: kind
        for name, kind in get_annotations(extension).items()
        if name not in members or name in given
    }
    # SQLAlchemy reads annotations of whole classes only, so a class of no consequence is mapped.
    scratch = type(
        extension.__name__, (),
        {
            **given, "__annotations__": annotations, "__module__": extension.__module__,
            "__tablename__": "scratch", "scratch_key": Column(Integer, primary_key=True),
        },
    )  # fmt: skip
    mapping = registry(type_annotation_map=Model.registry.type_annotation_map)
    mapper = mapping.mapped(scratch).__mapper__  # type: ignore[attr-defined]
    found = {mapper.get_property_by_column(column).key: column for column in mapper.local_table.c}
    prefix = f"{extension.__prefix__}_"
    return {name: _named(c, name, prefix) for name, c in found.items() if name != "scratch_key"}


def _named(column: Column[Any], attribute: str, prefix: str) -> Column[Any]:
    """A copy that is not yet of any table. Its key is the attribute: `product.c.points`."""
    copy = column._copy()
    for key in column.foreign_keys:
        copy.append_foreign_key(key._copy())
    copy.name = type(column.name)(f"{prefix}{attribute}") if column.name else prefix + attribute
    copy.key = attribute
    copy.info["project"] = prefix.removesuffix("_")
    return copy


def _join(extension: type[Extends], columns: dict[str, Column[Any]]) -> None:
    model = extension.__of__
    for name, column in columns.items():
        setattr(model, name, column)
        versioning.add_column(model, column)
        setattr(extension, name, getattr(model, name))  # for typed queries
    for name, value in _members(extension).items():
        if name not in columns:
            setattr(model, name, value)
    extension.__joined__ = True


def _members(extension: type[Extends]) -> dict[str, Any]:
    return {name: v for name, v in vars(extension).items() if not name.startswith("__")}


def _faults(extension: type[Extends], project: str) -> Iterator[str]:
    model, prefix = extension.__of__, extension.__prefix__
    if not prefix:
        yield f'it needs the prefix of its project, as in prefix="{project}".'
    elif prefix != project:
        yield f"its prefix is {prefix}, but it belongs to the project {project}."
    if not _is_core_model(model):
        yield "`of` must be a model of Storekeeper itself, as in of=Product."
        return
    names = dict.fromkeys([*_members(extension), *get_annotations(extension)])
    for name in names:
        if name in RESERVED or name.startswith("_"):
            yield f"{name} is reserved; choose another name."
        elif hasattr(model, name):
            yield f"{model.__name__}.{name} is taken{_by_whom(model, name)}; choose another name."
    if {"__tablename__", "__table__", "__table_args__"} & set(vars(extension)):
        yield "what a whole table needs belongs in a table of your own."
    for name, value in _members(extension).items():
        if isinstance(value, RelationshipProperty) and value.argument is None:
            yield f'say what {name} leads to, as in relationship("Shelf").'


def _column_faults(name: str, column: Column[Any]) -> Iterator[str]:
    if not column.nullable and column.server_default is None:
        yield (
            f"{name} must not be empty, but the table has rows already; "
            "allow None, or give it a server_default."
        )
    if column.primary_key:
        yield f"{name} cannot be a primary key."
    if len(str(column.name)) > LONGEST_NAME:
        yield f"the name {column.name} is longer than {LONGEST_NAME} letters."


def _is_core_model(model: Any) -> bool:
    mapped = isinstance(model, type) and issubclass(model, DeclarativeBase)
    return mapped and hasattr(model, "__table__") and model.__module__.split(".")[0] == "app"


def _by_whom(model: type[Any], name: str) -> str:
    column = model.__table__.columns.get(name)
    project = None if column is None else column.info.get("project")
    return f" by the project {project}" if project else ""
