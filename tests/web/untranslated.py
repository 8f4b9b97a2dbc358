"""What of a page people read or hear and nobody can translate: all that is not in ⟦ ⟧."""

import re
from functools import lru_cache

from lxml import html

from app.work.core_jobs import CORE_JOBS

JOBS = "|".join(job.key for job in CORE_JOBS)
# What the samples are called, and what is the same in every language.
DATA = re.compile(
    r"Sample \d+|Ann( Lee)?\b|Lee\b|ann\w{6}|Only \w{6}|AL\b|Storekeeper|Administrator|Everybody"
    r"|ann@example\.org|“pro”|en_US\b|CSV\b|Excel\b|USD?\b|[0-9a-f]{4}(-[0-9a-f]{4})+"
    r"|\d+ ?([kMGT]B|min|days)\b"
    r"|[a-z]+\.[a-z_]+"
    r"|(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|application/pdf\b"
    r"|At \d\d:\d\d\b|\bshop\b"  # the words of a schedule are those of a library, in its languages
    r"|Bob\b|storekeeper\b|\b(products|vendors|people|brands|stores|departments|runs|users)\b"
    r"|postgres|\bpos\b|SQL|psql|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b|\b[AP]M\b"
    rf"|\b({JOBS})\b"
    r"|.+; a code has digits only\."  # app/barcodes says exactly which; not translated yet
)
READ_ALOUD = ("placeholder", "aria-label", "title", "alt", "data-confirm", "data-default")
LETTERS = re.compile(r"[^\W\d_]{2,}")


def untranslated(page):
    """Every text of a page that people read or hear and that nobody can translate."""
    document = html.fromstring(page)
    for gone in document.xpath("//script | //style | //kbd | //code"):
        gone.drop_tree()
    texts = list(document.xpath("//text()"))
    texts += [text for name in READ_ALOUD for text in document.xpath(f"//@{name}")]
    texts += document.xpath("//input[@type='submit']/@value")
    return sorted({left for text in texts if (left := left_of(str(text)))})


@lru_cache(maxsize=10_000)  # most texts are those of the menu, on every page
def left_of(text):
    """What of a text nobody can translate."""
    left = DATA.sub(" ", outside(text))
    return left.strip() if LETTERS.search(left) else ""


def outside(text):
    """What of a text is in no ⟦ ⟧; they may stand in each other."""
    depth, left = 0, []
    for letter in text:
        depth += {"⟦": 1, "⟧": -1}.get(letter, 0)
        left.append(letter if depth == 0 and letter != "⟧" else " ")
    return "".join(left)
