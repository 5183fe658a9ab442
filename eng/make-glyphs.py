#!/usr/bin/env python3
"""Rasterises DejaVu Sans into src/Panoptes/Imaging/Drawing/DejaVuSans.glyphs, the font of the labels on images.

Needs Pillow and the fonts (apt-get install python3-pil fonts-dejavu-core). Run it from the root of the repository when the sizes or
characters below change; the result is committed.

The file is one zlib stream of little-endian data:
  u8 number of faces, then for each face
    u8 pixel size, u8 ascent, u8 descent, u16 number of glyphs, then for each glyph
      u16 code point, u8 advance, i8 left, i8 top (below the line of the ascent), u8 width, u8 height
      and width * height coverages of 4 bits, row after row, two in a byte, the low half first.
Code point 0 is the box that stands for every character that is not there.
"""
import struct
import sys
import unicodedata
import zlib

from PIL import Image, ImageDraw, ImageFont

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
SIZES = (11, 14, 18, 24, 32)
# Latin, Greek, Cyrillic, Armenian, Hebrew, Georgian, signs; Arabic, Persian and Urdu in their joined forms.
RANGES = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x370, 0x3FF), (0x400, 0x52F), (0x531, 0x589), (0x5BE, 0x5F4), (0x60C, 0x61F), (0x640, 0x640),
    (0x660, 0x66D), (0x6D4, 0x6D4), (0x6F0, 0x6F9), (0x10D0, 0x10FC), (0x1E00, 0x1EFF), (0x2010, 0x2044), (0x20A0, 0x20BF),
    (0x2190, 0x2193), (0x2212, 0x2212), (0x25CF, 0x25CF), (0xFB56, 0xFBB0), (0xFBFC, 0xFBFF), (0xFE80, 0xFEFC),
)


def characters(font):
    """Those that the font has: what it lacks looks like a character that no font has."""
    missing = bytes(font.getmask("\uffff"))
    wanted = [chr(code) for first, last in RANGES for code in range(first, last + 1)]
    return [c for c in wanted if c.isspace() or (bytes(font.getmask(c)) not in (missing, b"") and unicodedata.category(c) not in ("Cf", "Mn"))]


def glyph(font, code, text):
    left, top, right, bottom = font.getbbox(text)
    width, height = right - left, bottom - top
    coverage = []
    if width > 0 and height > 0:
        image = Image.new("L", (width, height))
        ImageDraw.Draw(image).text((-left, -top), text, font=font, fill=255)
        coverage = [(value * 15 + 127) // 255 for value in image.getdata()]
    else:
        width = height = left = top = 0
    return pack(code, round(font.getlength(text)), left, top, width, height, coverage)


def box(font):
    ascent, _ = font.getmetrics()
    width, height = max(5, font.size * 5 // 9), max(7, font.size * 7 // 10)
    coverage = [15 if x in (0, width - 1) or y in (0, height - 1) else 0 for y in range(height) for x in range(width)]
    return pack(0, width + 2, 1, ascent - height, width, height, coverage)


def pack(code, advance, left, top, width, height, coverage):
    coverage = coverage + [0] * (len(coverage) % 2)
    packed = bytes(low | high << 4 for low, high in zip(coverage[::2], coverage[1::2]))
    return struct.pack("<HBbbBB", code, advance, left, top, width, height) + packed


def face(size):
    font = ImageFont.truetype(FONT, size, layout_engine=ImageFont.Layout.BASIC)
    ascent, descent = font.getmetrics()
    glyphs = [box(font)] + [glyph(font, ord(c), c) for c in characters(font)]
    return struct.pack("<BBBH", size, ascent, descent, len(glyphs)) + b"".join(glyphs)


def main():
    data = bytes([len(SIZES)]) + b"".join(face(size) for size in SIZES)
    path = sys.argv[1] if len(sys.argv) > 1 else "src/Panoptes/Imaging/Drawing/DejaVuSans.glyphs"
    with open(path, "wb") as out:
        out.write(zlib.compress(data, 9))


if __name__ == "__main__":
    main()
