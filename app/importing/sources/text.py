"""A file of text, plain or gzipped, in any encoding; looked through once before it is read."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from app.importing.errors import BadSource

BLOCK = 1 << 20
SAMPLE = 1 << 16

_MAGIC = (
    (b"PK\x03\x04", "an Excel workbook or another zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a SQLite database"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"{\\rtf", "a text document"),
)
_MARKUP = ((b"<!doctype html", "a web page"), (b"<html", "a web page"), (b"<?xml", "XML"))
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENCODINGS = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "iso8859_15", "mac_roman", "cp850",
    "cp437", "shift_jis", "gb18030", "big5", "euc_kr",
)  # fmt: skip


@dataclass(frozen=True)
class TextFile:
    """What is known of a file after one look at all its bytes."""

    path: Path
    encoding: str
    lines: int
    """Ends of line; the rows are about as many."""
    sha256: str
    has_backslash_quotes: bool = False
    """Whether a quote inside quotes has a backslash before it, as MySQL and others write it."""
    doubt: str | None = None
    """What speaks against the encoding that was told, as a sentence."""

    @property
    def notes(self) -> list[str]:
        return [self.doubt] if self.doubt else []

    @contextmanager
    def open(self) -> Iterator[IO[str]]:
        """The text, its line ends untouched. Raises BadSource where it cannot be read."""
        with _sentences(self.path), open_bytes(self.path) as raw:
            yield io.TextIOWrapper(raw, encoding=self.encoding, newline="")

    @contextmanager
    def open_bytes(self) -> Iterator[IO[bytes]]:
        """The bytes, unpacked. Raises BadSource where they cannot be read."""
        with _sentences(self.path), open_bytes(self.path) as raw:
            yield raw


def inspect(path: Path, *, encoding: str | None = None, markup: bool = False) -> TextFile:
    """Look through a file. Raises BadSource if it is empty, no text, or not in this encoding.

    XML and JSON are refused as well, unless `markup` is what is looked for.
    """
    with _sentences(path), open_bytes(path) as raw:
        start = raw.read(SAMPLE)
        if not start.strip(b"\r\n\t ,;\xef\xbb\xbf\0"):
            raise BadSource(f"The file {path.name} is empty.")
        if not markup and (strange := _what_else(start, told=encoding is not None)):
            raise BadSource(f"The file {path.name} is no CSV: it looks like {strange}.")
        told = encoding or next((name for bom, name in _BOMS if start.startswith(bom)), None)
        return _look_through(path, raw, start, told)


def _look_through(path: Path, raw: IO[bytes], block: bytes, told: str | None) -> TextFile:
    decoder = _decoder(told or "utf-8")
    doubter = _decoder("utf-8") if told and not codecs.lookup(told).name.startswith("utf") else None
    digest, lines, strange, escaped, foreign = hashlib.sha256(), 0, bytearray(), False, False
    while block:
        digest.update(block)
        lines += block.count(b"\n") or block.count(b"\r")
        escaped = escaped or (b'\\"' in block and bool(_ESCAPED.search(block)))
        if not strange:
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                if told:
                    raise BadSource(f"The file {path.name} is not in {told}: {error}.") from error
                strange += _strange_lines(block)
        elif len(strange) < SAMPLE:
            strange += _strange_lines(block)
        if doubter:
            foreign = foreign or not block.isascii()
            doubter = _still(doubter, block)
        block = raw.read(BLOCK)
    found = _guess(path, bytes(strange)) if strange else told or "utf-8"
    doubt = f"The file was read as {found}, as told, but it looks like UTF-8."
    return TextFile(
        path, found, lines, digest.hexdigest(), escaped, doubt if doubter and foreign else None
    )


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(encoding)()
    except LookupError as error:
        raise BadSource(f"There is no encoding called {encoding!r}.") from error


def _still(decoder: codecs.IncrementalDecoder, block: bytes) -> codecs.IncrementalDecoder | None:
    """The decoder, as long as all that it got fits it."""
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return None
    return decoder


_ESCAPED = re.compile(rb'[^\\,;\t|\r\n]\\"[^,;\t|\r\n"]')
"""A backslash quote amid a cell; at its end it may as well be a backslash, then the quote."""


def kind_of(path: Path) -> str:
    """What a file is by its first bytes: xlsx, ods, zip, xls, json, xml, x12, or else text."""
    with _sentences(path), open_bytes(path) as raw:
        start = raw.read(SAMPLE)
    if start.startswith(b"PK\x03\x04"):
        return _kind_of_archive(path)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    begin = _without_mark(start).lstrip(" \r\n\t")[:200].lower()
    if begin[:1] in ("{", "["):
        return "json"
    if begin.startswith(("<!doctype html", "<html")):
        return "html"
    if re.match(r"isa[^a-z0-9\s].{100}", begin):
        return "x12"
    if begin.startswith("<") and not begin.startswith("<,"):
        return "xml"
    return "text"


def _kind_of_archive(path: Path) -> str:
    if not zipfile.is_zipfile(path):
        raise BadSource(f"The workbook {path.name} is damaged and cannot be read: it was cut off.")
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    if "mimetype" in names and "content.xml" in names:
        return "ods"
    if names & {"xl/workbook.xml", "xl/workbook.bin"}:
        return "xlsx"
    raise BadSource(f"The file {path.name} is a zip archive, and no workbook; unpack it first.")


def _without_mark(start: bytes) -> str:
    encoding = next((name for bom, name in _BOMS if start.startswith(bom)), "latin-1")
    return start.decode(encoding, errors="ignore")


def _strange_lines(block: bytes) -> bytes:
    """The lines that say something about the encoding; the others do not."""
    return b"\n".join(line for line in block.splitlines() if not line.isascii())[:SAMPLE]


def _guess(path: Path, sample: bytes) -> str:
    if _is_western(sample):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=list(_ENCODINGS)).best()
    if best is None:
        raise BadSource(
            f"The encoding of {path.name} cannot be told; name it with --encoding, such as cp1252."
        )
    return best.encoding


def _is_western(sample: bytes) -> bool:
    """Whether Windows' Western encoding gives words with an accent here and there.

    Asked first, since it is the likeliest and a few words are too little for statistics.
    """
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    words = re.findall(r"[^\W\d_]*[À-ÖØ-öø-ÿŒœŠšŽžŸ][^\W\d_]*", text)
    strange = sum(not letter.isascii() for word in words for letter in word)
    return 2 * strange <= sum(map(len, words)) and not _SYMBOL_IN_WORD.search(text)


_SYMBOL_IN_WORD = re.compile(r"[^\W\d_][¡-¿×÷][^\W\d_]|(?<!\w)[¥£¯²³¹¿][a-z]")


def _what_else(start: bytes, *, told: bool) -> str | None:
    """What a file that is no delimited text looks like; whose encoding was `told` may have NULs."""
    for magic, name in _MAGIC:
        if start.startswith(magic):
            return name
    begin = start.lstrip(b"\xef\xbb\xbf \r\n\t")[:200].lower()
    for mark, name in _MARKUP:
        if begin.startswith(mark):
            return name
    if begin[:1] in (b"{", b"["):
        return "JSON"
    if told or start.startswith(tuple(bom for bom, _ in _BOMS)):
        return None
    zeros = start.count(0)
    if zeros > len(start) // 4:
        return "UTF-16 without a mark at its start; name it with --encoding utf-16-le"
    if sum(start.count(sign) for sign in range(1, 9)) + zeros > len(start) // 50 + 5:
        return "a binary file"
    return None


@contextmanager
def open_bytes(path: Path) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked where it is gzipped."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if packed:
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield io.BufferedReader(unpacked, BLOCK)
        else:
            yield file


@contextmanager
def _sentences(path: Path) -> Iterator[None]:
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BadSource(f"The gzip file {path.name} is damaged or cut off: {error}.") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadSource(f"The file {path} cannot be read: {reason}.") from error
