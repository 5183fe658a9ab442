"""What Program.cs does, in PyTorch eager: decode by one product of matrices, paste by grid_sample, to one byte for each pixel of the image.

    python3 paste.py FOLDER [whole]
Each mask is sampled at the pixel centres around its box, as detectron2 does on a CPU; with "whole", all at those of the whole image, as on a GPU.
"""
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

folder, whole = sys.argv[1], "whole" in sys.argv[2:]
torch.set_num_threads(2)
values = torch.from_numpy(np.fromfile(folder + "/inputs", np.float32))
dim, size, height, width, count = (int(v) for v in values[:5])
mean, components, codes, boxes = values[5:].split([size * size, dim * size * size, count * dim, count * 4])
components, codes, boxes = components.view(dim, -1), codes.view(count, dim), boxes.view(count, 4)


def sample(masks, boxes, x, y):
    """Masks [n, 1, size, size] over their boxes [n, 4], at the centres of the pixels in columns x and rows y: [n, len(y), len(x)]."""
    u = (x + 0.5 - boxes[:, 0:1]) / (boxes[:, 2:3] - boxes[:, 0:1]) * 2 - 1
    v = (y + 0.5 - boxes[:, 1:2]) / (boxes[:, 3:4] - boxes[:, 1:2]) * 2 - 1
    shape = (len(masks), len(y), len(x))
    grid = torch.stack([u[:, None, :].expand(shape), v[:, :, None].expand(shape)], 3)
    return F.grid_sample(masks, grid, align_corners=False)[:, 0]


@torch.no_grad()
def paste():
    masks = torch.sigmoid(torch.addmm(mean, codes, components)).view(count, 1, size, size)
    if whole:
        return sample(masks, boxes, torch.arange(width), torch.arange(height)) >= 0.5
    image = torch.zeros(count, height, width, dtype=torch.bool)
    low = (boxes[:, :2].floor() - 1).clamp(min=0).int()
    high = (boxes[:, 2:].ceil() + 1).int()
    for i in range(count):
        (left, top), (right, bottom) = low[i].tolist(), high[i].tolist()
        right, bottom = min(right, width), min(bottom, height)
        part = sample(masks[i:i + 1], boxes[i:i + 1], torch.arange(left, right), torch.arange(top, bottom))
        image[i, top:bottom, left:right] = part[0] >= 0.5
    return image


print("PyTorch eager, " + ("the whole image for each" if whole else "around each box"), flush=True)
for _ in sys.stdin:
    start = time.perf_counter()
    image = paste()
    print(f"{(time.perf_counter() - start) * 1e3:.2f}", flush=True)
image.numpy().astype(np.uint8).tofile(folder + ("/whole.masks" if whole else "/boxes.masks"))
