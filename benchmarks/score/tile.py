"""Makes a large scoring job of a small one: its pictures, objects and detections again and again under new ids.

    python3 tile.py GT.json DT.json PICTURES OUT_GT.json OUT_DT.json
"""
import json
import sys


def main(truth_path, detections_path, pictures, out_truth, out_detections):
    truth = json.load(open(truth_path))
    detections = json.load(open(detections_path))
    ids = [image["id"] for image in truth["images"]]
    tiles = -(-pictures // len(ids))
    step = max(ids) + 1
    annotation_step = max(annotation["id"] for annotation in truth["annotations"]) + 1
    images, annotations, results = [], [], []
    for tile in range(tiles):
        kept = set(ids[: pictures - tile * len(ids)])
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
    json.dump({**truth, "images": images, "annotations": annotations}, open(out_truth, "w"))
    json.dump(results, open(out_detections, "w"))
    print(f"{len(images)} pictures, {len(annotations)} objects, {len(results)} detections")


if __name__ == "__main__":
    truth, detections, pictures, out_truth, out_detections = sys.argv[1:]
    main(truth, detections, int(pictures), out_truth, out_detections)
