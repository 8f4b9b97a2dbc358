"""An import handler: the two ends of an import, and the order in which its importers go.

class FromTill(ImportHandler):
    key, title, importers = "till", "From the till", (DepartmentImporter, CustomerImporter)
    def open_source(self): return connect(self.config["till.url"])
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, ClassVar, cast
from zoneinfo import ZoneInfo

from app.config import Settings
from app.config.core import (
    BARCODES_IN_STORE_PATTERNS,
    WEB_CURRENCY,
    WEB_TIME_ZONE,
)
from app.config.importing import (
    IMPORT_MAX_CELL_LENGTH,
    IMPORT_WORKBOOK_MEMORY,
    IMPORT_WORKBOOK_SECONDS,
)
from app.importing.errors import BadDeclaration
from app.importing.options import PLAIN, Options
from app.importing.sources import reading
from app.importing.sources.reading import Reading

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from app.db.unit_of_work import Person
    from app.importing.feed import Feed, Progress
    from app.importing.file_feed import FileFeed
    from app.importing.importer import TableImporter
    from app.importing.report import Report
    from app.work.running import Running


class ImportHandler:
    """One import. `run` is the same for all; subclasses say where rows come from."""

    key: ClassVar[str]
    title: ClassVar[str]
    direction: ClassVar[str] = "import"
    """A word for people, and the kind of its runs: what goes out of here is an `export`."""
    importers: ClassVar[Sequence[type[TableImporter]]] = ()
    """In the order in which they create; deletions go the other way."""
    bind: ClassVar[str] = "core"
    """The database that the importers write to."""

    has_sample: ClassVar[bool] = True
    """False where the source is a whole system, which only tests of its own can offer."""
    min_rows: ClassVar[int] = 0
    """A source with fewer rows is refused: it was cut off on its way."""
    options: Options = PLAIN
    """What a person said of this run; sources may look at `start` and `end`."""
    subset: Mapping[str, Sequence[Any]] = {}
    """For importers that have keys here, only those objects are brought, or deleted."""
    database: str | None = None
    """The sales database of older years that this run writes to; None: the current one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.config = settings.config

    def open_source(self) -> AbstractContextManager[Any]:
        """Open what the rows come from, as a context manager."""
        raise NotImplementedError

    def feed(self, feed: type[Feed], source: Any) -> Feed:
        """Make a feed that several importers share."""
        return feed()

    def parameters(self) -> dict[str, Any]:
        """What SQL of importers may name: `:today`, the day in the time zone of the shop."""
        return {"today": self.today()}

    def today(self) -> date:
        return datetime.now(ZoneInfo(self.settings[WEB_TIME_ZONE])).date()

    def when_staged(self, connection: Connection) -> None:
        """Called when all rows are staged, before they are checked."""

    def when_applied(self, connection: Connection) -> None:
        """Called when all is written, in the same transaction."""

    @classmethod
    def run_key(cls) -> str:
        """The key of its runs, whoever began them."""
        return f"{cls.direction}:{cls.key}"

    def asked(self, reason: str | None) -> dict[str, Any]:
        """What was asked of a run, as it is kept with it."""
        said = self.options.as_json()
        return (
            {"handler": self.key}
            | ({"options": said} if said else {})
            | ({"reason": reason} if reason else {})
        )

    def facts(self) -> dict[str, Any]:
        """What to remember of this run beside its counts, such as the name of a file."""
        return {}

    def notes(self) -> Sequence[str]:
        """Sentences on the source that whoever began the run should read."""
        return ()

    def expected_rows(self) -> int | None:
        """About how many rows will be read, once that is known; for a progress bar."""
        return None

    def chosen(self) -> Sequence[type[TableImporter]]:
        """The importers of this run. One may name them here to import their tables late."""
        return self.importers

    @classmethod
    def sample(cls) -> Any:
        """A small source for contract tests: what `open_source` gives, or the text of a file."""
        raise NotImplementedError

    @classmethod
    def before_sample(cls, session: Session) -> None:
        """Put into the core what the sample takes for granted, such as a store."""

    def run(
        self,
        *,
        by: Person | str | None = None,
        reason: str | None = None,
        dry_run: bool = False,
        strict: bool = False,
        options: Options = PLAIN,
        progress: Progress | None = None,
        rejects_to: IO[str] | None = None,
        running: Running | None = None,
    ) -> Report:
        """Import everything in one change set, or nothing. Raises AppError when it fails.

        `strict` is short for the option of that name. `rejects_to` gets all rejected rows as CSV;
        `running` is the run of a worker that does this. Needs an application context.
        """
        from app.importing.engine import Engine

        said = replace(options, strict=True) if strict else options
        engine = Engine(
            self, progress=progress, rejects_to=rejects_to, running=running, options=said
        )
        return engine.run(by=by, reason=reason, dry_run=dry_run)


class FileHandler(ImportHandler):
    """An import from one file of delimited text; its importers share one `FileFeed`.

    class RecipeRows(FileFeed):
        name, key = "recipes", ("number",)
        columns = (
            FileColumn("number", Label(), required=True, filled=True),
            FileColumn("name", Words(200), filled=True),
        )

    class RecipeImporter(TableImporter):
        model, key, feed = Recipe, "number", RecipeRows
        fields = ("number", "name")

    class RecipesFromFile(FileHandler):
        key, title, importers = "recipes-csv", "Recipes from a file", (RecipeImporter,)

    The file may be delimited text, a workbook, JSON, JSON Lines, XML or text of fixed width: what
    it is, its content tells.
    """

    positions: ClassVar[Mapping[str, tuple[int, int]]] = {}
    """First and last character of each column, for text of fixed width; counted from 1."""
    records: ClassVar[str] = ""
    """The path to the records of XML, such as `catalog/product`; of JSON where it is needed."""
    names: ClassVar[Sequence[str]] = ()
    """Columns that the records of XML have in any case, also where no record says them."""

    def __init__(
        self,
        settings: Settings,
        path: Path,
        *,
        encoding: str | None = None,
        reading: Reading = reading.PLAIN,
    ) -> None:
        """`encoding` is short for that of `reading`, which is what a person said of the file."""
        super().__init__(settings)
        self.path = path
        self.reading = replace(reading, encoding=encoding) if encoding else reading
        self._feed: FileFeed | None = None

    def feed_type(self) -> type[FileFeed]:
        """The declaration of the file's columns: the feed of its importers."""
        feeds = {importer.feed for importer in self.chosen() if importer.feed is not None}
        if len(feeds) != 1:
            raise BadDeclaration(f"The importers of {self.key} must share one feed of a file.")
        return cast("type[FileFeed]", feeds.pop())

    def rows_of(self, element: Element) -> Iterable[dict[str, str]]:
        """The rows that one record of XML makes: by default one, of all that it holds."""
        from app.importing.sources.xml_records import flat

        return (flat(element),)

    def open_source(self) -> AbstractContextManager[Any]:
        from app.importing.sources.opening import Layout, open_table
        from app.importing.sources.workbook import Limits

        return open_table(
            self.path,
            knows=partial(self.feed_type().knows, mapping=self.options.mapping),
            reading=self.reading,
            layout=Layout(self.positions, self.records, self.rows_of, self.names),
            longest_cell=self.settings[IMPORT_MAX_CELL_LENGTH],
            limits=Limits(
                self.settings[IMPORT_WORKBOOK_MEMORY], self.settings[IMPORT_WORKBOOK_SECONDS]
            ),
        )

    def feed(self, feed: type[Feed], source: Any) -> Feed:
        """The feed on this file, told what this shop says of money and codes."""
        from app.importing.cells import FileContext

        context = FileContext(
            currency=self.settings[WEB_CURRENCY],
            decimal=self.reading.decimal,
            dates=self.reading.dates,
            patterns=self.settings[BARCODES_IN_STORE_PATTERNS],
            mapping=self.options.mapping,
        )
        self._feed = self.feed_type()(source, context)
        return self._feed

    def facts(self) -> dict[str, Any]:
        return {"file": self.path.name} | (self._feed.facts() if self._feed else {})

    def expected_rows(self) -> int | None:
        return self._feed.source.expected if self._feed else None

    def asked(self, reason: str | None) -> dict[str, Any]:
        said = self.reading.as_json()
        return super().asked(reason) | ({"reading": said} if said else {})

    def notes(self) -> Sequence[str]:
        return self._feed.source.notes() if self._feed else ()
