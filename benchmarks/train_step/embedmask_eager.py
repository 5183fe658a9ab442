"""EmbedMask-R50 in PyTorch eager: one training step, written the plain way, to time Panoptes against.

The network, the targets and the losses are those of docs/embedmask.md (the paper's version). Usage:
    python3 embedmask_eager.py --size 512 --batch 2 --objects 8 --threads 2 [--channels-last]
A line on stdin begins a step, a line on stdout tells its milliseconds; run.py lets the programs step in turn.
"""
import argparse
import math
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F
import torchvision
from torchvision.ops import FrozenBatchNorm2d, sigmoid_focal_loss

STRIDES = [8, 16, 32, 64, 128]
RANGES = [(-1, 64), (64, 128), (128, 256), (256, 512), (512, 1e8)]


def tower(channels, count):
    layers = []
    for _ in range(count):
        layers += [nn.Conv2d(channels, channels, 3, padding=1), nn.GroupNorm(32, channels), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


class EmbedMask(nn.Module):
    def __init__(self, classes=80, dim=32):
        super().__init__()
        r = torchvision.models.resnet50(norm_layer=FrozenBatchNorm2d)
        self.stem = nn.Sequential(r.conv1, r.bn1, r.relu, r.maxpool)
        self.layers = nn.ModuleList([r.layer1, r.layer2, r.layer3, r.layer4])
        for module in (self.stem, r.layer1):
            for p in module.parameters():
                p.requires_grad_(False)
        self.lateral = nn.ModuleList([nn.Conv2d(c, 256, 1) for c in (512, 1024, 2048)])
        self.output = nn.ModuleList([nn.Conv2d(256, 256, 3, padding=1) for _ in range(3)])
        self.p6 = nn.Conv2d(256, 256, 3, stride=2, padding=1)
        self.p7 = nn.Conv2d(256, 256, 3, stride=2, padding=1)
        self.cls_tower, self.box_tower, self.mask_tower = tower(256, 4), tower(256, 4), tower(256, 4)
        self.cls_logits = nn.Conv2d(256, classes, 3, padding=1)
        self.bbox_pred = nn.Conv2d(256, 4, 3, padding=1)
        self.centerness = nn.Conv2d(256, 1, 3, padding=1)
        self.q = nn.Conv2d(256, dim, 3, padding=1)
        self.margin = nn.Conv2d(4, 1, 1)
        self.p = nn.Conv2d(256, dim, 3, padding=1)
        self.scales = nn.ParameterList([nn.Parameter(torch.ones(1)) for _ in STRIDES])
        for m in (self.cls_tower, self.box_tower, self.mask_tower, self.cls_logits, self.bbox_pred, self.centerness, self.q, self.margin, self.p):
            for l in m.modules():
                if isinstance(l, nn.Conv2d):
                    nn.init.normal_(l.weight, std=0.01)
                    nn.init.zeros_(l.bias)
        nn.init.constant_(self.cls_logits.bias, -math.log(99))
        nn.init.constant_(self.margin.bias, math.log(math.log(2) / 4))

    def forward(self, x):
        x = self.stem(x)
        c = []
        for layer in self.layers:
            x = layer(x)
            c.append(x)
        inner = self.lateral[2](c[3])
        levels = [self.output[2](inner)]
        for i in (1, 0):
            inner = self.lateral[i](c[i + 1]) + F.interpolate(inner, scale_factor=2, mode="nearest")
            levels.insert(0, self.output[i](inner))
        levels.append(self.p6(levels[-1]))
        levels.append(self.p7(F.relu(levels[-1])))
        out = []
        for i, f in enumerate(levels):
            a, b = self.cls_tower(f), self.box_tower(f)
            d = F.relu(self.bbox_pred(b) * self.scales[i])
            m = torch.exp(self.margin(d.detach() * (STRIDES[i] / 800)))
            out.append((self.cls_logits(a), d, self.centerness(b), self.q(b), m))
        return out, self.p(self.mask_tower(levels[0]))


def flat(maps):
    return torch.cat([m.permute(0, 2, 3, 1).flatten(1, 2) for m in maps], 1)


def locations(out):
    xy, stride, lo, hi = [], [], [], []
    for (c, *_), s, (a, b) in zip(out, STRIDES, RANGES):
        h, w = c.shape[-2:]
        y, x = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
        xy.append(torch.stack([x.flatten() * s + s // 2, y.flatten() * s + s // 2], 1).float())
        stride.append(torch.full((h * w,), float(s)))
        lo.append(torch.full((h * w,), float(a)))
        hi.append(torch.full((h * w,), float(b)))
    return torch.cat(xy), torch.cat(stride), torch.cat(lo), torch.cat(hi)


def assign(xy, stride, lo, hi, boxes, masks):
    x, y = xy[:, 0, None], xy[:, 1, None]
    ltrb = torch.stack([x - boxes[:, 0], y - boxes[:, 1], boxes[:, 2] - x, boxes[:, 3] - y], 2)
    cx, cy, r = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2, stride[:, None] * 1.5
    near = torch.stack([x - torch.max(cx - r, boxes[:, 0]), y - torch.max(cy - r, boxes[:, 1]),
                        torch.min(cx + r, boxes[:, 2]) - x, torch.min(cy + r, boxes[:, 3]) - y], 2).min(2)[0] > 0
    m = ltrb.max(2)[0]
    h, w = masks.shape[-2:]
    inside = masks[:, xy[:, 1].long().clamp(max=h - 1), xy[:, 0].long().clamp(max=w - 1)].t() > 0
    area = ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])).repeat(len(xy), 1)
    area[~(near & (m >= lo[:, None]) & (m <= hi[:, None]) & inside)] = float("inf")
    best, index = area.min(1)
    return torch.where(torch.isinf(best), torch.full_like(index, -1), index), ltrb


def giou_loss(p, t):
    area = lambda d: (d[:, 0] + d[:, 2]) * (d[:, 1] + d[:, 3])
    i = area(torch.min(p, t))
    u = area(p) + area(t) - i
    c = area(torch.max(p, t))
    return 1 - ((i + 1) / (u + 1) - (c - u) / c)


def lovasz_hinge(logits, labels):
    errors, order = torch.sort(1 - logits * (2 * labels - 1), descending=True)
    labels = labels[order]
    total = labels.sum()
    jaccard = 1 - (total - labels.cumsum(0)) / (total + (1 - labels).cumsum(0))
    jaccard = torch.cat([jaccard[:1], jaccard[1:] - jaccard[:-1]])
    return torch.dot(F.relu(errors), jaccard)


def losses(out, p, targets):
    xy, stride, lo, hi = locations(out)
    cls, dist, ctr, q, m = (flat([o[i] for o in out]) for i in range(5))
    owner, target = [], []
    for boxes, classes, masks in targets:
        index, ltrb = assign(xy, stride, lo, hi, boxes, masks)
        owner.append(index)
        target.append(ltrb[torch.arange(len(xy)), index.clamp(min=0)] / stride[:, None])
    owner, target = torch.stack(owner), torch.stack(target)
    pos = owner >= 0
    npos = max(int(pos.sum()), 1)
    onehot = torch.zeros_like(cls)
    for n, (_, classes, _) in enumerate(targets):
        rows = pos[n].nonzero()[:, 0]
        onehot[n, rows, classes[owner[n, rows]]] = 1
    loss_cls = sigmoid_focal_loss(cls, onehot, 0.25, 2, "sum") / npos
    t, d = target[pos], dist[pos]
    c = torch.sqrt(torch.min(t[:, 0], t[:, 2]) / torch.max(t[:, 0], t[:, 2]) * torch.min(t[:, 1], t[:, 3]) / torch.max(t[:, 1], t[:, 3]))
    loss_box = (giou_loss(d, t) * c).sum() / c.sum().clamp(min=1e-6)
    loss_ctr = F.binary_cross_entropy_with_logits(ctr[..., 0][pos], c, reduction="sum") / npos

    up = F.interpolate(p, scale_factor=2, mode="bilinear", align_corners=False)
    h4, w4 = up.shape[-2:]
    loss_mask, loss_smooth = up.sum() * 0, up.sum() * 0
    for n, (boxes, classes, masks) in enumerate(targets):
        quarter = (F.interpolate(masks[None].float(), size=(h4, w4), mode="bilinear", align_corners=False)[0] > 0).float()
        lm, ls = 0, 0
        for k in range(len(boxes)):
            rows = (owner[n] == k).nonzero()[:, 0]
            if len(rows) == 0:
                continue
            with torch.no_grad():
                dd = dist[n, rows] * stride[rows, None]
                pred = torch.stack([xy[rows, 0] - dd[:, 0], xy[rows, 1] - dd[:, 1], xy[rows, 0] + dd[:, 2], xy[rows, 1] + dd[:, 3]], 1)
                iou = torchvision.ops.box_iou(pred, boxes[k:k + 1])[:, 0]
                keep = rows[iou > 0.5] if (iou > 0.5).any() else rows[iou == iou.max()]
            qs, ms = q[n, keep], m[n, keep, 0]
            Q, M = qs.mean(0), ms.mean()
            b = boxes[k] / 4
            w, h = b[2] - b[0], b[3] - b[1]
            x1, x2 = int(max(math.ceil(b[0] - 0.1 * w - 1), 0)), int(min(math.ceil(b[2] + 0.1 * w + 1), w4))
            y1, y2 = int(max(math.ceil(b[1] - 0.1 * h - 1), 0)), int(min(math.ceil(b[3] + 0.1 * h + 1), h4))
            z = M * ((up[n, :, y1:y2, x1:x2] - Q[:, None, None]) ** 2).sum(0)
            z = z.clamp(1e-6, 1e4).flatten()
            lm = lm + lovasz_hinge(-z - torch.log(-torch.expm1(-z)), quarter[k, y1:y2, x1:x2].flatten())
            ls = ls + ((qs - Q) ** 2).sum(1).mean() + ((ms - M) ** 2).mean()
        loss_mask = loss_mask + lm / max(len(boxes), 1)
        loss_smooth = loss_smooth + ls / max(len(boxes), 1)
    count = len(targets)
    return loss_cls + loss_box + loss_ctr + 0.5 * loss_mask / count + 0.1 * loss_smooth / count


def make_targets(batch, size, objects):
    """Ellipses of many sizes; benchmarks/train_step/Program.cs makes the same ones."""
    targets = []
    yy, xx = torch.meshgrid(torch.arange(size) + 0.5, torch.arange(size) + 0.5, indexing="ij")
    for n in range(batch):
        boxes, masks = [], []
        for k in range(objects):
            side = size * (0.08 + 0.07 * k)
            cx, cy = size * (0.2 + 0.6 * ((k * 0.37 + n * 0.21) % 1)), size * (0.2 + 0.6 * ((k * 0.61 + n * 0.43) % 1))
            x1, y1, x2, y2 = max(cx - side / 2, 0), max(cy - side / 2, 0), min(cx + side / 2, size), min(cy + side / 2, size)
            boxes.append([x1, y1, x2, y2])
            masks.append(((xx - cx) ** 2 + (yy - cy) ** 2 <= (side / 2) ** 2).float())
        targets.append((torch.tensor(boxes), torch.arange(objects) % 80, torch.stack(masks)))
    return targets


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--size", type=int, default=512)
    a.add_argument("--batch", type=int, default=2)
    a.add_argument("--objects", type=int, default=8)
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--channels-last", action="store_true")
    a = a.parse_args()
    torch.set_num_threads(a.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    model = EmbedMask()
    images = torch.randn(a.batch, 3, a.size, a.size)
    if a.channels_last:
        model, images = model.to(memory_format=torch.channels_last), images.to(memory_format=torch.channels_last)
    targets = make_targets(a.batch, a.size, a.objects)
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(parameters, lr=1e-4, momentum=0.9, weight_decay=1e-4)
    print("pytorch-eager" + ("-channels-last" if a.channels_last else ""), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        out, p = model(images)
        loss = losses(out, p, targets)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        loss.item()
        print(f"{1000 * (time.perf_counter() - start):.1f}", flush=True)
    print(round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


if __name__ == "__main__":
    main()
