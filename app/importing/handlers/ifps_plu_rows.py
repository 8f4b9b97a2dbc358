"""What a row of the PLU list says."""

from __future__ import annotations

import re

from app.importing.cells import Day, FileContext, Read, Whole, Words
from app.importing.feed import Rule
from app.importing.file_feed import FileColumn, FileFeed
from app.importing.importer import TableImporter
from app.models.produce import IfpsPlu


class DayOfMoment(Day):
    """A day, also with a time behind it, which is left out: 2026-03-31 00:00:00."""

    says = "a day such as 2026-03-31, also with a time"

    def reader(self, context: FileContext) -> Read:
        read = super().reader(context)

        def day(text: str) -> str:
            found = re.fullmatch(r"(.{10})[ T]\d\d:\d\d(:\d\d)?", text)
            return read(found[1] if found else text)

        return day


class Lines(Words):
    """Text whose lines become one."""

    def reader(self, context: FileContext) -> Read:
        read = super().reader(context)
        return lambda text: read(" ".join(text.split()))


class IfpsPluRows(FileFeed):
    name, word, key = "plus", "PLU", ("plu",)
    columns = (
        FileColumn("plu", Whole(), ("plu code",), required=True, filled=True),
        FileColumn("category", Words(200)),
        FileColumn("commodity", Words(200), required=True, filled=True),
        FileColumn("variety", Lines(1000)),
        FileColumn("size", Words(200)),
        FileColumn("measurements_north_america", Lines(500), ("measurements: north america",)),
        FileColumn("measurements_elsewhere", Lines(500), ("measurements: rest of world",)),
        FileColumn("restrictions", Lines(2000), ("restrictions / notes",)),
        FileColumn("botanical_name", Words(300)),
        FileColumn("also_known_as", Lines(2000), ("aka",)),
        FileColumn("revised_on", DayOfMoment(), ("revision date",)),
        FileColumn("added_on", DayOfMoment(), ("date added",)),
        FileColumn("gpc", Words(100)),
        FileColumn("image", Words(300)),
        FileColumn("image_source", Words(300)),
    )
    rules = (Rule("plu NOT BETWEEN 1 AND 99999", "A PLU has at most five digits."),)


class IfpsPluImporter(TableImporter):
    title, model, key, feed = "PLU", IfpsPlu, "plu", IfpsPluRows
    fields = tuple(column.name for column in IfpsPluRows.columns)
