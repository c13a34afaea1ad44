"""Writes the BMP, TIFF and WebP files here, those with an orientation, and what Pillow reads from them.

    python3 Tests/DatasetsTests/Fixtures/images/generate.py

Needs Pillow 12.3 and numpy. NAME.expected holds height and width (little-endian UInt32), convert('RGB') channel by
channel, and that convert('L'); orientation.*.expected hold eight of these, one for each value of the tag.
"""

import io
import struct
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

FOLDER = Path(__file__).parent
random = np.random.default_rng(1806)
HEIGHT, WIDTH = 9, 13
RGB = random.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
GRAY = random.integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)
ALPHA = random.integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)
PALETTE = random.integers(0, 256, (256, 3), dtype=np.uint8)
# A gradient, which lossy formats keep.
SMOOTH = np.add.outer(np.arange(24) * 6, np.arange(37) * 3)[..., None] * np.array([1, 0.5, 0.7])
SMOOTH = SMOOTH.astype(np.uint8)


def record(rgb, gray=None):
    gray = gray or rgb.convert("L")
    return struct.pack("<II", rgb.height, rgb.width) + np.asarray(rgb).transpose(2, 0, 1).tobytes() \
        + np.asarray(gray).tobytes()


def write(name, content, expected=None):
    (FOLDER / name).write_bytes(content)
    rgb = Image.open(io.BytesIO(content)).convert("RGB") if expected is None else Image.fromarray(expected)
    (FOLDER / f"{name}.expected").write_bytes(record(rgb))


def saved(image, form, **options):
    file = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(file, form, **options)
    return file.getvalue()


def bits_of(values, bits):
    """Rows of 1-, 4- or 8-bit values, packed to bytes."""
    if bits == 8:
        return values.astype(np.uint8)
    planes = values[..., None] >> np.arange(bits)[::-1] & 1
    return np.packbits(planes.reshape(len(values), -1).astype(np.uint8), axis=1)


def bmp(bits, rows, size=40, compression=0, masks=(), palette=None, top_down=False, colors=0, gap=0):
    """`rows`: unpadded bytes of each row, the top one first."""
    padded = np.pad(rows, ((0, 0), (0, -rows.shape[1] % 4)))
    height = -HEIGHT if top_down else HEIGHT
    if size == 12:
        header = struct.pack("<IHHHH", 12, WIDTH, HEIGHT, 1, bits)
    else:
        header = struct.pack("<IiiHHIIIIII", size, WIDTH, height, 1, bits, compression, padded.size, 0, 0, colors, 0)
        header = (header + struct.pack(f"<{len(masks)}I", *masks)).ljust(size, b"\0")
    if palette is not None:
        entries = palette[:, ::-1] if size == 12 else np.pad(palette[:, ::-1], ((0, 0), (0, 1)))
        header += entries.tobytes()
    pixels = (padded if top_down else padded[::-1]).tobytes()
    begin = 14 + len(header) + gap
    return struct.pack("<2sIHHI", b"BM", begin + len(pixels), 0, 0, begin) + header + bytes(gap) + pixels


def tiff(samples, bits, photometric, *tags, order="<", tile=None, planar=1, pages=1):
    """`samples`: height × width × samples of a pixel; 1- and 4-bit ones are packed."""
    height, width, count = samples.shape
    planes = [samples] if planar == 1 else [samples[..., index:index + 1] for index in range(count)]
    blocks = []
    for plane in planes:
        if tile:
            plane = np.pad(plane, ((0, -height % tile), (0, -width % tile), (0, 0)))
        side = tile or max(plane.shape)
        for row in range(0, plane.shape[0], side):
            for column in range(0, plane.shape[1], side):
                block = plane[row:row + side, column:column + side]
                block = block.reshape(len(block), -1)
                blocks.append((block.astype(order + "u2") if bits == 16 else bits_of(block, bits)).tobytes())
    places = 324 if tile else 273
    entries = [
        (256, "I", [width]), (257, "I", [height]), (258, "H", [bits] * count), (259, "H", [1]),
        (262, "H", [photometric]), (277, "H", [count]), (284, "H", [planar]),
        (325 if tile else 279, "I", [len(block) for block in blocks]), *tags,
    ]
    entries += [(322, "I", [tile]), (323, "I", [tile])] if tile else [(278, "I", [height])]
    entries = sorted(entries + [(places, "I", [0] * len(blocks))])
    file = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    for page in range(pages):
        begin = len(file) + 2 + 12 * len(entries) + 4
        outside, directory = b"", struct.pack(order + "H", len(entries))
        sizes = [struct.calcsize(order + f"{len(values)}{form}") for _, form, values in entries]
        data = begin + sum(size + size % 2 for size in sizes if size > 4)
        for tag, form, values in entries:
            if tag == places:
                values = [data + sum(map(len, blocks[:index])) for index in range(len(blocks))]
            content = struct.pack(order + f"{len(values)}{form}", *values)
            directory += struct.pack(order + "HHI", tag, 3 if form == "H" else 4, len(values))
            if len(content) > 4:
                directory += struct.pack(order + "I", begin + len(outside))
                outside += content + bytes(len(content) % 2)
            else:
                directory += content.ljust(4, b"\0")
        end = data + sum(map(len, blocks))
        file += directory + struct.pack(order + "I", end if page + 1 < pages else 0) + outside + b"".join(blocks)
    return file


def write_bmp():
    bgr, bgra = RGB[..., ::-1].reshape(HEIGHT, -1), np.dstack([RGB[..., ::-1], ALPHA]).reshape(HEIGHT, -1)
    write("one-bit.bmp", bmp(1, bits_of(GRAY >> 7, 1), palette=PALETTE[:2]))
    write("four-bits.bmp", bmp(4, bits_of(GRAY >> 4, 4), palette=PALETTE[:16]))
    # Palettes of fewer colors than bits allow, with and without a gap before the pixels.
    write("palette.bmp", bmp(8, GRAY % 100, palette=PALETTE[:100], colors=100))
    write("palette-gap.bmp", bmp(8, GRAY % 100, palette=PALETTE[:100], colors=100, gap=10, size=108))
    write("core.bmp", bmp(8, GRAY, palette=PALETTE, size=12))
    write("gray.bmp", saved(GRAY, "BMP"))
    write("rgb.bmp", saved(RGB, "BMP"))
    write("top-down.bmp", bmp(24, bgr, top_down=True))
    write("rgbx.bmp", bmp(32, bgra))
    write("rgba.bmp", bmp(32, bgra, size=124, compression=3, masks=(0xff, 0xff00, 0xff0000, 0xff000000)))
    words = random.integers(0, 65536, (HEIGHT, WIDTH)).astype("<u2").view(np.uint8)
    write("555.bmp", bmp(16, words))
    write("565.bmp", bmp(16, words, size=56, compression=3, masks=(0xf800, 0x7e0, 0x1f, 0)))


def write_tiff():
    write("gray.tif", saved(GRAY, "TIFF"))
    for name in ["tiff_lzw", "tiff_adobe_deflate", "packbits"]:
        write(f"rgb-{name.split('_')[-1]}.tif", saved(RGB, "TIFF", compression=name))
    write("one-bit.tif", saved(Image.fromarray(GRAY).convert("1"), "TIFF", compression="group4"))
    write("jpeg.tif", saved(SMOOTH, "TIFF", compression="jpeg"))
    write("white-is-zero.tif", tiff(GRAY[..., None], 8, 0))
    write("four-bits.tif", tiff(GRAY[..., None] >> 4, 4, 1))
    write("rgb-big-endian.tif", tiff(RGB, 8, 2, order=">"))
    write("rgb-tiles.tif", tiff(np.tile(RGB, (2, 3, 1)), 8, 2, tile=16))
    write("rgb-planes.tif", tiff(RGB, 8, 2, planar=2))
    # As most programs write palettes, and as some do.
    for name, factor in [("palette", 257), ("palette-256", 256)]:
        colors = PALETTE.T.astype(int).ravel() * factor
        write(f"{name}.tif", tiff(GRAY[..., None], 8, 3, (320, "H", colors.tolist())))
    rgba = np.dstack([RGB, ALPHA])
    write("rgba.tif", tiff(rgba, 8, 2, (338, "H", [2])))
    write("rgb-unspecified.tif", tiff(rgba, 8, 2, (338, "H", [0])))
    premultiplied = np.dstack([RGB.astype(int) * ALPHA[..., None] // 255, ALPHA])
    write("premultiplied.tif", tiff(premultiplied, 8, 2, (338, "H", [1])))
    two = np.dstack([GRAY, ALPHA])
    write("gray-alpha.tif", tiff(two, 8, 1, (338, "H", [2])))
    write("gray-alpha-tiles.tif", tiff(np.tile(two, (2, 3, 1)), 8, 1, (338, "H", [2]), tile=16))
    # Pillow truncates 16-bit samples; these are rounded. Half of them lie just beside a limit.
    deep = random.integers(0, 65536, (HEIGHT, WIDTH, 3))
    deep[:, :6] = random.integers(0, 255, (HEIGHT, 6, 3)) * 257 + random.integers(128, 130, (HEIGHT, 6, 3))
    rounded = np.floor(deep * 255 / 65535 + 0.5).astype(np.uint8)
    one, gray = deep[..., :1], rounded[..., :1].repeat(3, axis=2)
    write("gray16.tif", tiff(one, 16, 1), gray)
    write("gray16-big-endian.tif", tiff(one, 16, 1, order=">"), gray)
    write("gray16-white-is-zero.tif", tiff(one, 16, 0), 255 - gray)
    write("gray16-tiles.tif", tiff(np.tile(one, (2, 3, 1)), 16, 1, tile=16), np.tile(gray, (2, 3, 1)))
    write("rgb16.tif", tiff(deep, 16, 2), rounded)
    write("gray16-limits.png", saved(Image.fromarray(one[..., 0].astype(np.uint16)), "PNG"), gray)
    # Refused.
    (FOLDER / "cmyk.tif").write_bytes(saved(Image.fromarray(RGB).convert("CMYK"), "TIFF"))
    (FOLDER / "pages.tif").write_bytes(tiff(RGB, 8, 2, pages=2))
    (FOLDER / "preview.tif").write_bytes(tiff(RGB, 8, 2, (254, "I", [1])))
    (FOLDER / "float.tif").write_bytes(saved(GRAY.astype(np.float32), "TIFF"))
    (FOLDER / "signed.tif").write_bytes(tiff(GRAY[..., None], 8, 1, (339, "H", [2])))


def write_webp():
    write("rgb.webp", saved(RGB, "WEBP", lossless=True))
    write("rgba.webp", saved(np.dstack([RGB, ALPHA | 1]), "WEBP", lossless=True, exact=True))
    write("lossy.webp", saved(SMOOTH, "WEBP", quality=80))
    write("lossy-alpha.webp", saved(np.dstack([SMOOTH, SMOOTH[..., 0] | 1]), "WEBP", quality=80))
    frames = [Image.fromarray(RGB), Image.fromarray(RGB[::-1])]
    (FOLDER / "animated.webp").write_bytes(saved(frames[0], "WEBP", save_all=True, append_images=frames[1:]))


def write_orientations():
    small = {"png": RGB[:2, :3], "tif": RGB[:2, :3], "webp": RGB[:2, :3], "jpg": SMOOTH[:16, :24]}
    for form, pixels in small.items():
        records = b""
        for value in range(1, 9):
            exif = Image.Exif()
            exif[0x112] = value
            options = {"lossless": True} if form == "webp" else {"quality": 95} if form == "jpg" else {}
            name = {"tif": "TIFF", "jpg": "JPEG"}.get(form, form.upper())
            content = saved(pixels, name, exif=exif, **options)
            upright = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
            records += record(upright.convert("RGB"))
        (FOLDER / f"orientation.{form}").write_bytes(content)
        (FOLDER / f"orientation.{form}.expected").write_bytes(records)


def write_fits():
    """A wide and a tall image, padded and stretched to 32×32."""
    wide = random.integers(0, 256, (20, 30, 3), dtype=np.uint8)
    for name, pixels in [("wide", wide), ("tall", wide.transpose(1, 0, 2)[:, ::-1])]:
        content = saved(pixels, "PNG")
        (FOLDER / f"{name}.png").write_bytes(content)
        image = Image.fromarray(pixels)
        both = [image, image.convert("L")]
        padded = [ImageOps.pad(each, (32, 32), Image.Resampling.BILINEAR) for each in both]
        (FOLDER / f"{name}.pad.expected").write_bytes(record(*padded))
        stretched = [each.resize((32, 32), Image.Resampling.BILINEAR) for each in both]
        (FOLDER / f"{name}.stretch.expected").write_bytes(record(*stretched))


write_bmp()
write_tiff()
write_webp()
write_orientations()
write_fits()
