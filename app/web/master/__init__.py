"""Generic pages for a table: grid, record, create, edit, delete, history."""

from app.web.master.columns import Column
from app.web.master.fields import Field
from app.web.master.filters import Between, Choice, Contains, Days, Filter, YesNo
from app.web.master.form import Form, Section
from app.web.master.grid import Grid
from app.web.master.merge import Merge
from app.web.master.moves import Move, Moves
from app.web.master.parts import Child, Fact
from app.web.master.uploads import Upload
from app.web.master.view import MasterView

__all__ = [
    "Between",
    "Child",
    "Choice",
    "Column",
    "Contains",
    "Days",
    "Fact",
    "Field",
    "Filter",
    "Form",
    "Grid",
    "MasterView",
    "Merge",
    "Move",
    "Moves",
    "Section",
    "Upload",
    "YesNo",
]
