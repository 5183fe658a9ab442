"""Chooses eight images with many classes and no tiny segments: python3 choose_panoptic.py PANOPTIC.json OUTPUT.json"""
import json
import sys

data = json.load(open(sys.argv[1]))
things = {c["id"] for c in data["categories"] if c["isthing"]}


def fits(segments):
    count = sum(s["category_id"] in things for s in segments)
    return 1 <= count <= 14 and not any(s["iscrowd"] for s in segments) and min(s["area"] for s in segments) >= 600


found = [a for a in data["annotations"] if fits(a["segments_info"])]
found.sort(key=lambda a: (-len({s["category_id"] for s in a["segments_info"]}), a["image_id"]))
found = found[:8]
ids = {a["image_id"] for a in found}
json.dump({**data, "images": [i for i in data["images"] if i["id"] in ids], "annotations": found}, open(sys.argv[2], "w"))
segments = [s for a in found for s in a["segments_info"]]
print(f"{len(found)} images, {len(segments)} segments, {sum(s['category_id'] in things for s in segments)} of them things")
