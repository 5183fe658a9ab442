"""Writes the part of COCO instance files that a list of image names says: select_images.py LIST OUTPUT INPUT..."""
import json
import sys

listed, output, *inputs = sys.argv[1:]
with open(listed) as file:
    names = set(file.read().split())
result = None
for path in inputs:
    with open(path) as file:
        data = json.load(file)
    images = [image for image in data["images"] if image["file_name"] in names]
    ids = {image["id"] for image in images}
    annotations = [annotation for annotation in data["annotations"] if annotation["image_id"] in ids]
    if result is None:
        result = {**data, "images": images, "annotations": annotations}
    else:
        result["images"] += images
        result["annotations"] += annotations
missing = names - {image["file_name"] for image in result["images"]}
assert not missing, f"not in the dataset: {sorted(missing)[:3]} and {len(missing)} in all"
with open(output, "w") as file:
    json.dump(result, file)
