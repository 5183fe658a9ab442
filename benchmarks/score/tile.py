"""Makes a large scoring job of a small one: its images, objects and detections again and again under new ids.

    python3 tile.py instances GT.json DT.json IMAGES OUT_GT.json OUT_DT.json
    python3 tile.py panoptic GT.json DT.json IMAGES OUT_GT.json OUT_DT.json
Panoptic images keep their files: each is read many times.
"""
import json
import sys


def repeat_instances(truth, detections, count):
    ids = [image["id"] for image in truth["images"]]
    tiles = -(-count // len(ids))
    step = max(ids) + 1
    annotation_step = max(annotation["id"] for annotation in truth["annotations"]) + 1
    images, annotations, results = [], [], []
    for tile in range(tiles):
        kept = set(ids[: count - tile * len(ids)])
        images += [{**image, "id": image["id"] + tile * step} for image in truth["images"] if image["id"] in kept]
        annotations += [
            {**a, "id": a["id"] + tile * annotation_step, "image_id": a["image_id"] + tile * step}
            for a in truth["annotations"]
            if a["image_id"] in kept
        ]
        # Scores differ from tile to tile, as real ones do: equal ones would make the sorts easy.
        results += [
            {**d, "image_id": d["image_id"] + tile * step, "score": round(d["score"] * (1 - tile / (10 * tiles)), 6)}
            for d in detections
            if d["image_id"] in kept
        ]
    print(f"{len(images)} images, {len(annotations)} objects, {len(results)} detections")
    return {**truth, "images": images, "annotations": annotations}, results


def repeat_panoptic(truth, detections, count):
    ids = [annotation["image_id"] for annotation in truth["annotations"]]
    tiles = -(-count // len(ids))
    step = max(ids) + 1

    def repeat(elements, key):
        return [{**e, key: e[key] + tile * step} for tile in range(tiles) for e in elements if e[key] in ids[: count - tile * len(ids)]]

    annotations = repeat(truth["annotations"], "image_id")
    print(f"{len(annotations)} panoptic images")
    return (
        {**truth, "images": repeat(truth["images"], "id"), "annotations": annotations},
        {**detections, "annotations": repeat(detections["annotations"], "image_id")},
    )


if __name__ == "__main__":
    kind, truth, detections, count, out_truth, out_detections = sys.argv[1:]
    make = repeat_panoptic if kind == "panoptic" else repeat_instances
    for result, path in zip(make(json.load(open(truth)), json.load(open(detections)), int(count)), (out_truth, out_detections)):
        json.dump(result, open(path, "w"))
