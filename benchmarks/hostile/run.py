"""Runs the tool on inputs that were made to exhaust or fool it, and prints what each took (see README.md)."""
import argparse
import base64
import json
import os
import struct
import subprocess
import sys
import tempfile
import time
import zlib

MOST_SECONDS, MOST_MIB, LIMIT = 2, 500, 60
# The smallest JPEG, of one pixel.
JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP////////////////////////////////////////////////////////////////////////////////////"
    "//wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=")


def write(path, content):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())
    return path


def coco(width=100, height=100, segmentation="[[1,1,9,1,9,9]]", annotation="", image="", extra=""):
    return f"""{{"images":[{{"id":1,"file_name":"a.png","width":{width},"height":{height}{image}}}],"categories":[{{"id":1,"name":"x"}}],
"annotations":[{{"id":1,"image_id":1,"category_id":1,"bbox":[0,0,5,5],"area":25,"iscrowd":0,"segmentation":{segmentation}{annotation}}}]{extra}}}"""


def zigzag(width, edges):
    return "[[" + ",".join(f"{0 if i % 2 == 0 else width},{i // 4}" for i in range(edges)) + "]]"


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth=8, color=0, data=b"", extra=b""):
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")


def jpeg(width, height):
    at = JPEG.index(b"\xff\xc2") + 5
    return JPEG[:at] + struct.pack(">HH", height, width) + JPEG[at + 4:]


def bmp(width, height):
    return b"BM" + struct.pack("<IHHI", 1 << 20, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0) + bytes(1000)


def gif(width, height):
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6) + b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\x00;"


def tiff(width, height):
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, 8)]
    return b"II*\0" + struct.pack("<I", 16) + bytes(8) + struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)


def images(folder):
    stuff = {
        "14142x14142.jpg": jpeg(14142, 14142), "65535x65535.jpg": jpeg(65535, 65535), "cut.jpg": JPEG[:100],
        "50000x50000.png": png(50000, 50000, 1, data=bytes(6251 * 3000)), "2147483647.png": png(2**31 - 1, 2**31 - 1), "cut.png": png(8, 8)[:40],
        "text.png": png(8, 8, data=bytes(72), extra=chunk(b"iTXt", b"a\0\1\0\0\0" + zlib.compress(bytes(100_000_000)))),
        "30000x30000.bmp": bmp(30000, 30000), "minus.bmp": bmp(-1, -2**31), "65535x65535.gif": gif(65535, 65535),
        "100000x100000.tif": tiff(100_000, 100_000), "empty.jpg": b"", "words.jpg": "no image",
    }
    return [write(os.path.join(folder, name), content) for name, content in stuff.items()]


def datasets(folder):
    deep = "[" * 100_000
    bad = {
        "wide": coco(100_000_000, 20, "[[0,0,100000000.0,1,100000000.0,19]]"), "zigzag": coco(100_000, 2_000, zigzag(100_000, 4_000)),
        "many-edges": coco(10_000, 10_000, zigzag(10_000, 40_000)), "tall": coco(1, 2**31 - 1, '{"size":[2147483647,1],"counts":[0,2147483647]}'),
        "wide-rle": coco(2**31 - 1, 1, '{"size":[1,2147483647],"counts":[0,2147483647]}'), "size-is-a-list": coco(segmentation='{"size":[[100,100],3],"counts":"0"}'),
        "counts-too-many": coco(segmentation='{"size":[100,100],"counts":[4294967295,4294967295]}'), "surrogate": coco(image=',"a":"\\ud800"'),
        "surrogate-in-a-name": '{"images":[],"categories":[{"id":1,"name":"\\ud800"}],"annotations":[]}', "deep": deep, "deep-in-an-object": coco(annotation=',"a":' + deep),
        "deep-segmentation": coco(segmentation=deep), "twice": coco(annotation=',"id":2'), "huge-number": coco(annotation=',"area":1e999999'),
        "cut": coco()[:-30], "empty": "", "null": "null", "number": "1", "list": "[]", "no-lists": "{}", "long-key": '{"' + "a" * 10_000_000 + '":1}',
        "one-element": coco(segmentation="[[" + ",".join(["1"] * 2_000_000) + "]]"), "nan": coco(segmentation="[[NaN,1,2,3,4,5]]"),
        "latin": coco(image=',"a":"ä"').encode("latin-1"), "zeros": bytes(1_000_000), "outside": coco().replace("a.png", "../../../../../etc/passwd"),
    }
    return [write(os.path.join(folder, "json", name + ".json"), content) for name, content in bad.items()]


def configurations(folder):
    bomb = "a: &a [" + "x," * 10 + "]\n" + "".join(f"k{i}: &k{i} [{','.join(['*a' if i == 1 else f'*k{i - 1}'] * 10)}]\n" for i in range(1, 16))
    bad = {
        "deep": "a: " + "[" * 100_000, "deep-mappings": "{a: " * 50_000, "deep-keys": "? " * 20_000 + "a", "aliases": bomb, "twice": "model: {fpn: {channels: 8, !!str channels: 9}}",
        "zero-in-a-path": 'data: {root: "a\\0b"}', "device": "extends: /dev/zero", "itself": "extends: itself.yaml", "pipe": "extends: ../pipe",
        "wide": "model: {backbone: {base_width: 2000000000}}", "huge": "input: {short_side: 2000000000, long_side: 2000000000}",
    }
    for i in range(23):
        write(os.path.join(folder, "yaml", f"chain{i}.yaml"), f"extends: [chain{i + 1}.yaml, chain{i + 1}.yaml]\n" if i < 22 else "seed: 1\n")
    return [write(os.path.join(folder, "yaml", name + ".yaml"), text) for name, text in bad.items()] + [os.path.join(folder, "yaml", "chain0.yaml")]


def models(folder, model):
    with open(model, "rb") as file:
        content = file.read()
    length = struct.unpack("<Q", content[:8])[0]
    header, body = json.loads(content[8:8 + length]), content[8 + length:]
    own = header["__metadata__"]["panoptes.card"]

    def made(card):
        text = json.dumps({**header, "__metadata__": {**header["__metadata__"], "panoptes.card": card}}).encode()
        return struct.pack("<Q", len(text)) + text + body

    def changed(change):
        card = json.loads(own)
        change(card)
        return made(json.dumps(card))

    def network(change):
        def apply(card):
            network = json.loads(card["network"])
            change(network)
            card["network"] = json.dumps(network)
        return changed(apply)

    bad = {
        "extends-a-file": lambda: changed(lambda c: c.update(network='{"extends":"/etc/passwd"}')), "extends-a-device": lambda: changed(lambda c: c.update(network='{"extends":"/dev/zero"}')),
        "extends-a-pipe": lambda: changed(lambda c: c.update(network=json.dumps({"extends": os.path.join(folder, "pipe")}))), "deep": lambda: changed(lambda c: c.update(network="a: " + "[" * 120_000)),
        "side": lambda: changed(lambda c: c["preprocessing"].update(short_side=2_000_000_000, long_side=2_000_000_000)),
        "divisor": lambda: changed(lambda c: c["preprocessing"].update(size_divisor=2_000_000_000)), "strides": lambda: changed(lambda c: c["detection"].update(strides=[1, 1, 1, 1])),
        "one-stride": lambda: changed(lambda c: c["detection"].update(strides=[8])), "scale": lambda: changed(lambda c: c["embed_mask"].update(scale_factor=100_000)),
        "embedding": lambda: changed(lambda c: c["embed_mask"].update(embedding_dim=100_000_000)), "weights": lambda: network(lambda n: n["model"].update(weights="/dev/zero")),
        "top-k": lambda: changed(lambda c: c["detection"].update(top_k_per_level=2**31 - 1, max_detections=2**31 - 1, score_threshold=0)),
        "wide": lambda: network(lambda n: (n["model"].setdefault("backbone", {}).update(type="resnext101_64x4d", base_width=512), n["model"].setdefault("fpn", {}).update(channels=1024))),
        "same-id": lambda: changed(lambda c: [k.update(category_id=1) for k in (c["classes"].append(dict(c["classes"][0], name="other")) or c["classes"])]),
        "card": lambda: made("[" * 100_000), "no-card": lambda: made("{}"), "cut": lambda: content[:len(content) // 2], "length": lambda: struct.pack("<Q", 2**63 - 1) + b"{}", "empty": lambda: b"", "words": lambda: "no model",
        "long-header": lambda: struct.pack("<Q", 90_000_000) + b"{" + b" " * 90_000_000,
    }
    return [write(os.path.join(folder, "models", name + ".safetensors"), make()) for name, make in bad.items()] + [
        write(os.path.join(folder, "models", "lengths.onnx"), b"\x08\x09\x3a\xff\xff\xff\xff\xff\xff\xff\xff\x7f" + bytes(100)),
        write(os.path.join(folder, "models", "empty.onnx"), b""),
        write(os.path.join(folder, "models", "words.onnx"), "no model"),
    ]


def commands(folder, model):
    """The command lines, each with a name."""
    os.mkfifo(os.path.join(folder, "pipe"))
    pipe = os.path.join(folder, "pipe")
    good = write(os.path.join(folder, "good.json"), coco())
    photo = os.path.join(folder, "good.png")
    out = os.path.join(folder, "out")

    for path in images(os.path.join(folder, "images")):
        yield ["predict", "--model", model, path, "--output", out]
    yield ["predict", "--model", model, pipe, "--output", out]
    for path in datasets(folder) + [pipe]:
        yield ["dataset", "check", "--annotations", path]
        yield ["dataset", "check", "--annotations", path, "--fix", os.path.join(folder, "fixed.json")]
        yield ["dataset", "stats", "--annotations", path]
        yield ["dataset", "convert", "--from", "coco", "--to", "yolo", "--input", path, "--output", out, "--strict"]
        yield ["dataset", "convert", "--from", "panoptic", "--to", "coco", "--input", path, "--output", out + ".json", "--strict", "--png-folder", folder]
        yield ["dataset", "subset", "--annotations", path, "--output", out + ".json", "--limit", "1"]
        yield ["dataset", "merge", "--annotations", path, good, "--prefix-folders", "a,b", "--output", out + ".json"]
        yield ["dataset", "view", "--annotations", path, "--images", folder, "--output", out]
        yield ["score", "instances", "--gt", path, "--dt", path]
        yield ["codec", "fit", "--annotations", path, "--output", out + ".safetensors"]
    for path in configurations(folder) + [pipe]:
        yield ["config", "show", path]
        yield ["train", path, "--dry-run"]
        yield ["dataset", "convert", "--from", "yolo", "--to", "coco", "--input", path, "--output", out + ".json"]
    for path in models(folder, model) + [pipe]:
        yield ["model", "info", path]
        yield ["predict", "--model", path, photo, "--output", out]
        yield ["import", path, "--output", out + ".safetensors"]

    loop = os.path.join(folder, "loop", "images")
    os.makedirs(loop)
    os.symlink(loop, os.path.join(loop, "again"))
    write(os.path.join(folder, "loop", "data.yaml"), 'path: .\ntrain: images\nnames: [a]\n')
    write(os.path.join(folder, "disk", "data.yaml"), 'path: /\ntrain: "\\\\"\nnames: [a]\n')
    for name in ("loop", "disk"):
        yield ["dataset", "convert", "--from", "yolo", "--to", "coco", "--input", os.path.join(folder, name, "data.yaml"), "--output", out + ".json"]
    deep = "<a>" * 200_000
    laughs = "<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>" + "".join(f"<!ENTITY {chr(98 + i)} '{('&' + chr(97 + i) + ';') * 10}'>" for i in range(9)) + "]><annotation>&j;</annotation>"
    for name, text in {"deep": "<annotation>" + deep, "laughs": laughs, "device": "<!DOCTYPE a [<!ENTITY a SYSTEM '/dev/zero'>]><annotation>&a;</annotation>"}.items():
        write(os.path.join(folder, "voc", name, "Annotations", "a.xml"), text)
        yield ["dataset", "convert", "--from", "voc", "--to", "coco", "--input", os.path.join(folder, "voc", name), "--output", out + ".json"]
        yield ["dataset", "convert", "--from", "cvat", "--to", "coco", "--input", os.path.join(folder, "voc", name, "Annotations", "a.xml"), "--output", out + ".json"]
    bomb = base64.b64encode(png(50000, 50000, 1, data=bytes(6251 * 3000))).decode()
    for name, shape, side in [("mask", f'"shape_type":"mask","points":[[0,0],[9,9]],"mask":"{bomb}"', 10), ("side", '"points":[[0,0],[1e9,0],[1,1e9]]', 1_000_000_000), ("deep", '"points":' + "[" * 100_000, 10)]:
        write(os.path.join(folder, "labelme", name, "a.json"), f'{{"imagePath":"a.png","imageWidth":{side},"imageHeight":{side},"shapes":[{{"label":"a",{shape}}}]}}')
        yield ["dataset", "convert", "--from", "labelme", "--to", "coco", "--input", os.path.join(folder, "labelme", name), "--output", out + ".json", "--strict"]
    panoptic = '{"images":[{"id":1,"file_name":"a.jpg","width":W,"height":W}],"annotations":[{"image_id":1,"file_name":"50000x50000.png","segments_info":[{"id":1,"category_id":1,"area":5,"bbox":[0,0,1,1],"iscrowd":0}]}],"categories":[{"id":1,"name":"a","isthing":1}]}'
    for side in ("4", "14000"):
        path = write(os.path.join(folder, f"panoptic{side}.json"), panoptic.replace("W", side))
        yield ["dataset", "stats", "--annotations", path, "--panoptic-folder", os.path.join(folder, "images")]
        yield ["dataset", "check", "--annotations", path, "--panoptic-folder", os.path.join(folder, "images")]


def run(tool, arguments, folder):
    started = time.monotonic()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(["timeout", "-s", "KILL", str(LIMIT)] + tool + arguments, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - started
        errors.seek(0)
        lines = errors.read().decode(errors="replace").strip().splitlines()
    return process.returncode, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, lines


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tool", default="panoptes", help="the tool's command, such as artifacts/panoptes")
    parser.add_argument("--model", required=True, help="a model of EmbedMask to make wrong ones of, such as models/person.safetensors")
    parser.add_argument("--only", default="", help="only command lines with this text")
    options = parser.parse_args()
    worst, wrong, count = {}, [], 0
    with tempfile.TemporaryDirectory(prefix="hostile") as folder:
        # These start libtorch and make a network, whatever the input is.
        photo = write(os.path.join(folder, "good.png"), png(64, 64, data=bytes(65 * 64)))
        good = run(options.tool.split(), ["predict", "--model", os.path.abspath(options.model), photo, "--output", os.path.join(folder, "out")], folder)
        start = min(good[1], good[2])
        for arguments in commands(folder, os.path.abspath(options.model)):
            shown = " ".join(arguments).replace(folder + "/", "").replace(os.path.abspath(options.model), "MODEL")
            if options.only not in shown:
                continue
            code, seconds, work, mib, lines = run(options.tool.split(), arguments, folder)
            count += 1
            key = " ".join(a for a in arguments[:2] if not a.startswith("-") and "/" not in a)
            old = worst.get(key, (0, 0, 0, 0, 0, 0))
            worst[key] = (old[0] + 1, old[1] + (code == 0), max(old[2], seconds), max(old[3], work), max(old[4], mib), max(old[5], len(lines)))
            told = [line for line in lines if line.startswith("error: ")]
            # What is read all the same says what it left out; everything else is one line. A page without one image says why.
            if code not in (0, 1, 2) or min(seconds, work) > MOST_SECONDS + (start if arguments[0] in ("predict", "import") else 0) or mib > MOST_MIB or (code != 0 and len(told) > 1) or (code == 2 and not told and arguments[1] != "view"):
                wrong.append(f"{shown}: exit {code}, {seconds:.1f} s ({work:.1f} s of work), {mib:.0f} MiB, {len(lines)} lines: {' '.join(lines)[:200]}")
            print(f"{code:4} {seconds:6.2f} s {work:6.2f} s {mib:6.0f} MiB {len(lines):3} lines  {shown[:110]}  {' '.join(told)[:120]}", file=sys.stderr, flush=True)
    print(f"A prediction of a good image: exit {good[0]}, {good[1]:.2f} s, {good[2]:.2f} s of work, {good[3]:.0f} MiB\n")
    print("| command | inputs | read | longest s | of work | most MiB | most lines |\n| --- | --- | --- | --- | --- | --- | --- |")
    for key, (inputs, read, seconds, work, mib, lines) in sorted(worst.items()):
        print(f"| `{key}` | {inputs} | {read} | {seconds:.2f} | {work:.2f} | {mib:.0f} | {lines} |")
    print(f"\n{count} inputs, {len(wrong)} that did not end as they should" + "".join(f"\n  {line}" for line in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
