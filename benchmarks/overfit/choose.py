"""Chooses eight pictures with many classes and no tiny objects: python3 choose.py INSTANCES.json OUTPUT.json"""
import collections
import json
import sys

data = json.load(open(sys.argv[1]))
objects = collections.defaultdict(list)
for annotation in data["annotations"]:
    objects[annotation["image_id"]].append(annotation)


def fits(found):
    return found and len(found) <= 14 and not any(a["iscrowd"] for a in found) and min(a["area"] for a in found) >= 600


images = [i for i in data["images"] if fits(objects[i["id"]])]
images.sort(key=lambda i: (-len({a["category_id"] for a in objects[i["id"]]}), i["id"]))
images = images[:8]
chosen = [a for i in images for a in objects[i["id"]]]
json.dump({**data, "images": images, "annotations": chosen}, open(sys.argv[2], "w"))
print(f"{len(images)} pictures, {len(chosen)} objects, {len({a['category_id'] for a in chosen})} classes")
