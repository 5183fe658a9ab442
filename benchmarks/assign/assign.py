"""The assignment of pixels in PyTorch eager, on the scene that Program.cs left: python3 assign.py FOLDER"""
import os
import statistics
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

HEIGHT, WIDTH, DIM, RUNS = 800, 1066, 32, 5
CELLS_HIGH, CELLS_WIDE = 200, 272


def read(name, kind=np.float32):
    return torch.from_numpy(np.fromfile(os.path.join(sys.argv[1], name), kind))


def assign(embedding, queries, boxes):
    """The paper's IV-C: enlarge, normalise, multiply, mask by boxes, take the best."""
    pixels = F.interpolate(embedding, scale_factor=4, mode="bilinear", align_corners=False)[0, :, :HEIGHT, :WIDTH]
    pixels = F.normalize(pixels, dim=0)
    similarity = (queries @ pixels.reshape(DIM, -1)).view(-1, HEIGHT, WIDTH)
    x = torch.arange(WIDTH).view(1, -1) + 0.5
    y = torch.arange(HEIGHT).view(-1, 1) + 0.5
    for k, (x1, y1, x2, y2) in enumerate(boxes):
        if x1 > -1e8:
            similarity[k].masked_fill_(~((x >= x1) & (x < x2) & (y >= y1) & (y < y2)), float("-inf"))
    return similarity.argmax(0) + 1


torch.set_num_threads(os.cpu_count())
embedding = read("embedding.f32").view(1, DIM, CELLS_HIGH, CELLS_WIDE)
queries = read("queries.f32").view(-1, DIM)
boxes = read("boxes.f32").view(-1, 4).tolist()
times = []
with torch.no_grad():
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        labels = assign(embedding, queries, boxes)
        times.append(1000 * (time.perf_counter() - start))
times = sorted(times[1:])
print(f"{'PyTorch eager':24} {statistics.median(times):8.1f} ms (from {times[0]:.1f} to {times[-1]:.1f})")

# Detections of one location have one query: what counts is whether the winners' queries differ.
plain = read("labels.i32", np.int32).view(HEIGHT, WIDTH).long()
differ = labels != plain
same = (queries[labels[differ] - 1] == queries[plain[differ] - 1]).all(1)
print(f"differs from the way pixel by pixel in {int((~same).sum())} of {labels.numel()} pixels")
