"""Pictures that people give: read with care, turned upright, drawn anew, and kept.

Nothing of the file that came in is kept: no place, no name of a camera, no second file behind the
picture. Libraries that read pictures have had holes, so only the four formats that phones and
vendors send are opened at all.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sqlalchemy.orm import Session

from app.errors import AppError
from app.models.files import StoredFile
from app.services import files

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_BYTES = 10 * 2**20
MOST_PIXELS = 50_000_000
"""More than any phone takes; in memory a picture of so many needs about 200 MB."""
LARGE, SMALL = 1600, 320
MEDIA_TYPE = "image/webp"


class NoPicture(AppError):
    """This is no picture that can be read; send a JPEG, PNG, WebP or GIF."""


class PictureTooLarge(AppError):
    """This picture is too large; the file may have 10 MB, the picture 50 megapixels."""


@dataclass(frozen=True)
class Drawn:
    """A picture drawn anew: its content, and how large it is."""

    content: bytes
    width: int
    height: int


def draw(source: BinaryIO) -> tuple[Drawn, Drawn]:
    """The large and the small form of a picture. Raises NoPicture, PictureTooLarge."""
    content = source.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise PictureTooLarge
    # Pillow takes 50 ms to load, which a command that draws nothing need not wait for.
    from PIL import Image as Pillow
    from PIL import ImageOps, UnidentifiedImageError

    broken = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError)
    try:
        with warnings.catch_warnings():
            # A claim of many pixels is a warning of Pillow's; the size is judged below.
            warnings.simplefilter("ignore")
            with Pillow.open(io.BytesIO(content), formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise PictureTooLarge
                image.draft("RGB", (LARGE, LARGE))  # a JPEG is then read at a part of its size
                large = _flat(ImageOps.exif_transpose(_fitting(image)))
    except Pillow.DecompressionBombError as error:
        raise PictureTooLarge from error
    except broken as error:
        raise NoPicture from error
    small = large.copy()
    small.thumbnail((SMALL, SMALL))
    return _encoded(large), _encoded(small)


def keep(session: Session, folder: Path, drawn: Drawn) -> StoredFile:
    """Keep a drawn picture."""
    content = io.BytesIO(drawn.content)
    return files.keep(session, folder, content, media_type=MEDIA_TYPE, most=MOST_BYTES)


def _fitting(image: Image) -> Image:
    """Not larger than we keep, before anything else makes a copy of it."""
    smooth = image.convert("RGBA") if image.mode in ("P", "1") else image
    smooth.thumbnail((LARGE, LARGE))
    return smooth


def _flat(image: Image) -> Image:
    """In the colours of the web, what is transparent on white."""
    from PIL import Image as Pillow

    upright = _in_srgb(image)
    if not upright.has_transparency_data:
        return upright.convert("RGB")
    with_alpha = upright.convert("RGBA")
    paper = Pillow.new("RGB", with_alpha.size, "white")
    paper.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return paper


def _in_srgb(image: Image) -> Image:
    """Phones tell their own colours; who does not read them shows skin and fruit too pale."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "L"):
        return image
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, theirs, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return image
    return turned if turned is not None else image


def _encoded(image: Image) -> Drawn:
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=82, method=4, exif=b"", icc_profile=None)
    return Drawn(stream.getvalue(), image.width, image.height)
