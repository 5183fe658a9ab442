"""Chooses eight images with many classes and no tiny objects: python3 choose.py INSTANCES.json OUTPUT.json

An object that the file has twice, under two names in one box, is kept once: no location could learn both.
"""
import collections
import json
import sys

data = json.load(open(sys.argv[1]))
objects = collections.defaultdict(list)
for annotation in data["annotations"]:
    objects[annotation["image_id"]].append(annotation)


def fits(found):
    return found and len(found) <= 14 and not any(a["iscrowd"] for a in found) and min(a["area"] for a in found) >= 600


def iou(a, b):
    (ax, ay, aw, ah), (bx, by, bw, bh) = a["bbox"], b["bbox"]
    shared = max(0, min(ax + aw, bx + bw) - max(ax, bx)) * max(0, min(ay + ah, by + bh) - max(ay, by))
    return shared / (aw * ah + bw * bh - shared)


def without_doubles(found):
    """Keeps the smaller of two boxes that are nearly one: a location between them belongs to it."""
    kept = []
    for annotation in sorted(found, key=lambda a: a["bbox"][2] * a["bbox"][3]):
        if all(iou(annotation, other) < 0.95 for other in kept):
            kept.append(annotation)
    return [a for a in found if a in kept]


images = [i for i in data["images"] if fits(objects[i["id"]])]
images.sort(key=lambda i: (-len({a["category_id"] for a in objects[i["id"]]}), i["id"]))
images = images[:8]
chosen = [a for i in images for a in without_doubles(objects[i["id"]])]
json.dump({**data, "images": images, "annotations": chosen}, open(sys.argv[2], "w"))
print(f"{len(images)} images, {len(chosen)} objects, {len({a['category_id'] for a in chosen})} classes")
