"""What a mask at a quarter of the input's resolution can reach at best: ground truth, reduced to the training target, enlarged again.

Usage: python3 bound.py INSTANCES.json OUTPUT.json [--short 320] [--long 448] [--rule any|half]
Writes a COCO results file; `panoptes score instances --gt INSTANCES.json --dt OUTPUT.json --iou segm` gives its AP.
Needs torch and PIL; polygons are rasterised by PIL, which differs from COCO's rule on boundary pixels only.
"""
import argparse
import json

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw


def mask_of(segmentation, height, width):
    if isinstance(segmentation, dict):
        flat = np.zeros(height * width, np.uint8)
        position, value = 0, 0
        for count in segmentation["counts"]:
            flat[position:position + count] = value
            position, value = position + count, 1 - value
        return flat.reshape(width, height).T
    image = Image.new("L", (width, height), 0)
    for polygon in segmentation:
        ImageDraw.Draw(image).polygon([(x - 0.5, y - 0.5) for x, y in zip(polygon[::2], polygon[1::2])], fill=1)
    return np.asarray(image)


def counts_of(mask):
    flat = mask.T.reshape(-1).astype(np.uint8)
    edges = np.flatnonzero(np.diff(flat)) + 1
    runs = np.diff(np.concatenate([[0], edges, [len(flat)]])).tolist()
    return ([0] if flat[0] else []) + runs


def main():
    a = argparse.ArgumentParser()
    a.add_argument("instances")
    a.add_argument("output")
    a.add_argument("--short", type=int, default=320)
    a.add_argument("--long", type=int, default=448)
    a.add_argument("--rule", choices=["any", "half"], default="any")
    a = a.parse_args()
    data = json.load(open(a.instances))
    images = {i["id"]: i for i in data["images"]}
    results = []
    for annotation in data["annotations"]:
        if annotation.get("iscrowd"):
            continue
        image = images[annotation["image_id"]]
        h, w = image["height"], image["width"]
        scale = min(a.short / min(h, w), a.long / max(h, w))
        ih, iw = int(h * scale + 0.5), int(w * scale + 0.5)
        ph, pw = -(-ih // 32) * 32, -(-iw // 32) * 32
        mask = torch.from_numpy(mask_of(annotation["segmentation"], h, w).copy()).float()[None, None]
        # The input-size mask is rasterised from scaled polygons in training; sampling the full-size mask is as good here.
        resized = F.interpolate(mask, size=(ih, iw), mode="nearest-exact")
        padded = F.pad(resized, (0, pw - iw, 0, ph - ih))
        quarter = F.interpolate(padded, size=(ph // 4, pw // 4), mode="bilinear", align_corners=False)
        quarter = (quarter > (0 if a.rule == "any" else 0.5)).float()
        full = F.interpolate(quarter, size=(-(-ph * h // ih), -(-pw * w // iw)), mode="bilinear", align_corners=False)[0, 0, :h, :w] > 0.5
        results.append({"image_id": image["id"], "category_id": annotation["category_id"], "score": 1.0,
                        "segmentation": {"size": [h, w], "counts": counts_of(full.numpy())}})
    json.dump(results, open(a.output, "w"))


if __name__ == "__main__":
    main()
