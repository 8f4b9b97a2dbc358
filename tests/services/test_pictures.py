"""Pictures are read with care and drawn anew."""

import io
import struct
import zlib

import pytest
from PIL import Image

from app.services import pictures


def file_of(image, form="PNG", **options):
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return io.BytesIO(stream.getvalue())


def opened(drawn):
    return Image.open(io.BytesIO(drawn.content))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_what_phones_and_vendors_send_becomes_a_large_and_a_small_picture(form):
    large, small = pictures.draw(file_of(Image.new("RGB", (3000, 1500), "green"), form))
    assert (large.width, large.height) == (1600, 800)
    assert (small.width, small.height) == (320, 160)
    assert (opened(large).format, opened(large).size) == ("WEBP", (1600, 800))


def test_a_small_picture_is_not_blown_up():
    large, small = pictures.draw(file_of(Image.new("RGB", (50, 40))))
    assert (large.width, small.width) == (50, 50)


def test_a_picture_held_sideways_is_turned_and_its_place_is_not_kept():
    photo = Image.new("RGB", (400, 200), "green")
    exif = photo.getexif()
    exif[0x0112] = 6  # turn it to the right
    exif[0x010F] = "Camera of Ann"
    exif.get_ifd(0x8825)[1] = "N"
    large, small = pictures.draw(file_of(photo, "JPEG", exif=exif))
    assert (large.width, large.height) == (200, 400)
    for drawn in (large, small):
        assert not opened(drawn).getexif()
        assert b"Camera" not in drawn.content


def test_what_is_transparent_is_white():
    large, _ = pictures.draw(file_of(Image.new("RGBA", (10, 10), (0, 0, 0, 0))))
    assert opened(large).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def png_that_claims(width, height):
    """A few bytes that say they are a huge picture."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = zlib.compress(b"\0" * 1000)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", content), chunk(b"IEND", b""))
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


@pytest.mark.parametrize("size", [(10_000, 10_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_before_it_goes_off(size):
    with pytest.raises((pictures.PictureTooLarge, pictures.NoPicture)):
        pictures.draw(png_that_claims(*size))


def test_a_file_over_the_limit_is_refused():
    with pytest.raises(pictures.PictureTooLarge):
        pictures.draw(io.BytesIO(b"\xff\xd8" + b"\0" * pictures.MOST_BYTES))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a\x01",
        file_of(Image.new("RGB", (300, 300), "red"), "JPEG").getvalue()[:400],
        file_of(Image.new("RGB", (30, 30)), "TIFF").getvalue(),
        file_of(Image.new("RGB", (30, 30)), "BMP").getvalue(),
    ],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(pictures.NoPicture):
        pictures.draw(io.BytesIO(content))


def test_nothing_that_hides_behind_a_picture_is_kept():
    tail = b"<?php system($_GET['c']); ?>"
    large, _ = pictures.draw(io.BytesIO(file_of(Image.new("RGB", (9, 9))).getvalue() + tail))
    assert tail not in large.content
