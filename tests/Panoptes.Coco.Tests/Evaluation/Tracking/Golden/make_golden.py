"""Makes the golden files next to it with TrackEval (https://github.com/JonathonLuiten/TrackEval at 12c8791, MIT):
PYTHONPATH=TrackEval python3 make_golden.py. Boxes move, hide, are missed, change their numbers and are seen where nothing is."""
import json
import random

import numpy as np

np.float, np.int, np.bool = float, int, bool  # TrackEval was written for an older numpy
from trackeval.metrics import CLEAR, HOTA, Identity

random.seed(16)
sizes = [("walk", 40), ("turn", 25)]
classes = [1, 7]
head = {
    "categories": [{"id": 1, "name": "person"}, {"id": 7, "name": "bicycle"}],
    "videos": [{"id": v + 1, "name": name} for v, (name, _) in enumerate(sizes)],
    "images": [],
}
gt, dt = [], []
for v, (name, length) in enumerate(sizes):
    first = len(head["images"]) + 1
    head["images"] += [
        {"id": first + f, "video_id": v + 1, "frame_index": f, "file_name": f"{name}/{f}.png", "width": 320, "height": 240} for f in range(length)]
    for track in range(9):
        category = classes[track % 2]
        begin, end = sorted(random.sample(range(length + 1), 2))
        x, y, dx, dy = random.uniform(40, 240), random.uniform(40, 160), random.uniform(-5, 5), random.uniform(-3, 3)
        w, h = random.uniform(15, 60), random.uniform(15, 60)
        number = 100 * v + track + 1
        found = number
        for f in range(begin, end):
            x, y = x + dx, y + dy
            if random.random() < 0.1:
                continue  # hidden
            gt.append((first + f, number, category, [x, y, w, h]))
            if random.random() < 0.08:
                found = 100 * v + random.randrange(1, 14) + (50 if random.random() < 0.5 else 0)
            if random.random() < 0.12:
                continue  # missed
            jitter = [b + random.gauss(0, 0.09) * s for b, s in zip([x, y, w, h], [w, h, w, h])]
            dt.append((first + f, found, category, jitter))
    for f in range(length):
        if random.random() < 0.3:
            dt.append((first + f, 90 + 100 * v, random.choice(classes), [random.uniform(0, 200), random.uniform(0, 150), 40, 30]))


def unique(rows):  # a track is one object of one class in an image
    seen, kept, of_class = set(), [], {}
    for image, track, category, box in rows:
        if (image, track) not in seen and of_class.setdefault(track, category) == category:
            seen.add((image, track))
            kept.append((image, track, category, [round(b, 3) for b in box]))
    return kept


gt, dt = unique(gt), unique(dt)


def write(path, rows):
    annotations = [
        {"id": i + 1, "image_id": r[0], "track_id": r[1], "category_id": r[2], "iscrowd": 0, "area": round(r[3][2] * r[3][3], 3), "bbox": r[3]}
        for i, r in enumerate(rows)]
    with open(path, "w") as file:
        file.write(json.dumps({**head, "annotations": annotations}, separators=(",", ":")).replace('{"id"', '\n{"id"') + "\n")


def iou(a, b):
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    common = max(w, 0) * max(h, 0)
    return common / (a[2] * a[3] + b[2] * b[3] - common)


def cell(images, category):
    def number(rows):
        ids = {}
        return [[(ids.setdefault(r[1], len(ids)), r[3]) for r in rows if r[0] == i and r[2] == category] for i in images], ids

    (truth, gt_ids), (found, dt_ids) = number(gt), number(dt)
    return {
        "num_gt_ids": len(gt_ids), "num_tracker_ids": len(dt_ids), "num_timesteps": len(images),
        "num_gt_dets": sum(map(len, truth)), "num_tracker_dets": sum(map(len, found)),
        "gt_ids": [np.array([t for t, _ in frame], int) for frame in truth],
        "tracker_ids": [np.array([t for t, _ in frame], int) for frame in found],
        "similarity_scores": [
            np.array([[iou(a, b) for _, b in d] for _, a in g]).reshape(len(g), len(d)) for g, d in zip(truth, found)],
    }


write("gt.json", gt)
write("dt.json", dt)
videos = [[i["id"] for i in head["images"] if i["video_id"] == v["id"]] for v in head["videos"]]
expected = {}
for metric in (HOTA(), CLEAR({"PRINT_CONFIG": False}), Identity({"PRINT_CONFIG": False})):
    by_class = {c: metric.combine_sequences({v: metric.eval_sequence(cell(images, c)) for v, images in enumerate(videos)}) for c in classes}
    for key, result in [*by_class.items(), ("all", metric.combine_classes_det_averaged(by_class))]:
        for name in ("HOTA", "DetA", "AssA", "LocA", "MOTA", "MOTP", "CLR_TP", "CLR_FN", "CLR_FP", "IDSW", "Frag", "MT", "ML", "IDF1", "IDP", "IDR"):
            if name in result:
                expected.setdefault(str(key), {})[name] = float(np.mean(result[name]))
with open("expected.json", "w") as file:
    file.write(json.dumps(expected, indent=1) + "\n")
