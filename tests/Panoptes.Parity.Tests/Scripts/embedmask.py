# EmbedMask and its loss once more, as plainly as PyTorch allows: one location, one object, one pixel set at a time, in float64.
# Inputs: config (JSON text as bytes), images [N, 3, H, W], boxes [K, 4], classes [K], owners [K] (the image of each object),
# masks [K, H, W] at input size, and every weight of the network under its name behind "weight:".
# Leaves every loss term, every gradient, the raw outputs, and how many locations stand for each object.
import json
import math

import torchvision
from torch import nn

config = json.loads(bytes(config.tolist()).decode())
model_config = config['model']
fcos_config, embed_config = model_config['fcos'], model_config['embedmask']


def deformed(x, offset, conv):
    moves = offset(x)
    mask = torch.sigmoid(moves[:, 18:]) if moves.shape[1] == 27 else None
    return torchvision.ops.deform_conv2d(x, moves[:, :18], conv.weight, conv.bias, conv.stride, conv.padding, conv.dilation, mask)


def offsets(channels, version):
    return nn.Conv2d(channels, {'v1': 18, 'v2': 27}[version], 3, 1, 1)


class Deformable(nn.Module):
    def __init__(self, channels, version):
        super().__init__()
        self.offset = offsets(channels, version)
        self.conv = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)

    def forward(self, x):
        return deformed(x, self.offset, self.conv)


class Block(nn.Module):
    def __init__(self, stage, inputs, width, stride, groups):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, width, 3, stride, 1, bias=False)
        self.bn1 = nn.GroupNorm(groups, width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        deformable = model_config['backbone']['deformable']
        if deformable['version'] != 'none' and stage in deformable['stages']:
            self.conv2_offset = offsets(width, deformable['version'])
        self.bn2 = nn.GroupNorm(groups, width)
        if stride != 1:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, width, 1, stride, bias=False), nn.GroupNorm(groups, width))

    def forward(self, x):
        shortcut = self.downsample(x) if hasattr(self, 'downsample') else x
        x = F.relu(self.bn1(self.conv1(x)))
        x = deformed(x, self.conv2_offset, self.conv2) if hasattr(self, 'conv2_offset') else self.conv2(x)
        return F.relu(self.bn2(x) + shortcut)


class ResNet18(nn.Module):
    def __init__(self, base, groups):
        super().__init__()
        self.conv1 = nn.Conv2d(3, base, 7, 2, 3, bias=False)
        self.bn1 = nn.GroupNorm(groups, base)
        self.layer1 = nn.Sequential(Block(2, base, base, 1, groups), Block(2, base, base, 1, groups))
        self.layer2 = nn.Sequential(Block(3, base, 2 * base, 2, groups), Block(3, 2 * base, 2 * base, 1, groups))
        self.layer3 = nn.Sequential(Block(4, 2 * base, 4 * base, 2, groups), Block(4, 4 * base, 4 * base, 1, groups))
        self.layer4 = nn.Sequential(Block(5, 4 * base, 8 * base, 2, groups), Block(5, 8 * base, 8 * base, 1, groups))

    def forward(self, x):
        c2 = self.layer1(F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1))
        c3 = self.layer2(c2)
        c4 = self.layer3(c3)
        return c3, c4, self.layer4(c4)


class Pyramid(nn.Module):
    def __init__(self, base, channels):
        super().__init__()
        self.lateral3, self.lateral4, self.lateral5 = (nn.Conv2d(base * f, channels, 1) for f in (2, 4, 8))
        self.output3, self.output4, self.output5 = (nn.Conv2d(channels, channels, 3, 1, 1) for _ in range(3))
        self.p6, self.p7 = (nn.Conv2d(channels, channels, 3, 2, 1) for _ in range(2))

    def forward(self, c3, c4, c5):
        m5 = self.lateral5(c5)
        m4 = self.lateral4(c4) + F.interpolate(m5, scale_factor=2, mode='nearest')
        m3 = self.lateral3(c3) + F.interpolate(m4, scale_factor=2, mode='nearest')
        p5 = self.output5(m5)
        p6 = self.p6(p5)
        return self.output3(m3), self.output4(m4), p5, p6, self.p7(F.relu(p6))


def tower(channels, convolutions, groups):
    layers = []
    version = model_config['head']['deformable']
    for index in range(convolutions):
        is_deformable = version != 'none' and index == convolutions - 1
        layers.append(Deformable(channels, version) if is_deformable else nn.Conv2d(channels, channels, 3, 1, 1))
        layers += [nn.GroupNorm(groups, channels), nn.ReLU()]
    return nn.Sequential(*layers)


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))


class FcosPart(nn.Module):
    def __init__(self, channels, head, classes):
        super().__init__()
        self.bbox_tower = tower(channels, head['convs'], head['norm_groups'])
        if not head['share_tower']:
            self.cls_tower = tower(channels, head['convs'], head['norm_groups'])
        self.cls_logits = nn.Conv2d(channels, classes, 3, 1, 1)
        self.bbox_pred = nn.Conv2d(channels, 4, 3, 1, 1)
        self.centerness = nn.Conv2d(channels, 1, 3, 1, 1)
        self.scales = nn.ModuleList([Scale() for _ in range(5)])


class Head(nn.Module):
    def __init__(self, channels, classes):
        super().__init__()
        head, dim, margin = model_config['head'], embed_config['embedding_dim'], embed_config['margin']
        self.fcos = FcosPart(channels, head, classes)
        if embed_config['cluster_center'] == 'proposal':
            self.proposal_embed_pred = nn.Conv2d(channels, dim, 3, 1, 1)
        if embed_config['loss'] == 'lovasz' and margin['source'] != 'constant':
            outputs = dim if margin['dims'] == 'per_dim' else 1
            from_tower = margin['source'] == 'tower'
            self.proposal_margin_pred = nn.Conv2d(channels, outputs, 3, 1, 1) if from_tower else nn.Conv2d(4, outputs, 1)
        self.mask_tower = tower(channels, embed_config['mask_convs'], head['norm_groups'])
        self.pixel_embed_pred = nn.Conv2d(channels, dim, 3, 1, 1)
        if embed_config['add_coordinates']:
            self.position_scale = nn.Parameter(torch.ones(1))

    def with_coordinates(self, embedding, stride):
        if not embed_config['add_coordinates']:
            return embedding
        place = torch.zeros_like(embedding)
        for i in range(embedding.shape[2]):
            for j in range(embedding.shape[3]):
                place[:, 0, i, j] = stride * j + stride // 2
                place[:, 1, i, j] = stride * i + stride // 2
        return embedding + place * self.position_scale / 100

    def forward(self, features):
        levels = []
        for index, feature in enumerate(features):
            stride = 8 * 2 ** index
            box_tower = self.fcos.bbox_tower(feature)
            class_tower = box_tower if model_config['head']['share_tower'] else self.fcos.cls_tower(feature)
            level = {'stride': stride}
            level['class'] = self.fcos.cls_logits(class_tower)
            level['box'] = F.relu(self.fcos.scales[index].scale * self.fcos.bbox_pred(box_tower))
            level['centerness'] = self.fcos.centerness(box_tower if fcos_config['centerness_on_regression'] else class_tower)
            if hasattr(self, 'proposal_embed_pred'):
                q = self.proposal_embed_pred(box_tower / embed_config['embedding_reduce_factor'])
                level['embedding'] = self.with_coordinates(q, stride)
            if hasattr(self, 'proposal_margin_pred'):
                margin = embed_config['margin']
                if margin['source'] == 'tower':
                    source = box_tower / margin['reduce_factor']
                else:
                    source = (level['box'].detach() if margin['detach'] else level['box']) * stride / margin['scale']
                level['margin'] = torch.exp(self.proposal_margin_pred(source))
            levels.append(level)
        return levels, self.with_coordinates(self.pixel_embed_pred(self.mask_tower(features[0])), 8)


class Network(nn.Module):
    def __init__(self, classes):
        super().__init__()
        base, channels = model_config['backbone']['base_width'], model_config['fpn']['channels']
        self.backbone = ResNet18(base, model_config['backbone']['norm_groups'])
        self.fpn = Pyramid(base, channels)
        self.head = Head(channels, classes)

    def forward(self, images):
        return self.head(self.fpn(*self.backbone(images)))


def wanted_distances(x, y, box):
    return [x - box[0], y - box[1], box[2] - x, box[3] - y]


def is_positive(x, y, level, stride, box, mask):
    left, top, right, bottom = wanted_distances(x, y, box)
    if min(left, top, right, bottom) <= 0:
        return False
    radius = fcos_config['center_sampling_radius']
    if radius > 0:
        if abs(x - (box[0] + box[2]) / 2) >= radius * stride or abs(y - (box[1] + box[3]) / 2) >= radius * stride:
            return False
    ends = [-1] + fcos_config['level_boundaries'] + [float('inf')]
    if not ends[level] <= max(left, top, right, bottom) <= ends[level + 1]:
        return False
    if embed_config['sample_in_mask']:
        inside = y < len(mask) and x < len(mask[0])
        return bool(inside and mask[y][x] != 0)
    return True


def assign(levels):
    """(image, level, row, column, x, y, object) of every positive location."""
    found = []
    for n in range(len(images)):
        for index, level in enumerate(levels):
            stride = level['stride']
            for i in range(level['class'].shape[2]):
                for j in range(level['class'].shape[3]):
                    x, y = stride * j + stride // 2, stride * i + stride // 2
                    smallest = None
                    for k in range(len(boxes)):
                        if owners[k] != n or not is_positive(x, y, index, stride, boxes[k], bitmaps[k]):
                            continue
                        if smallest is None or area(boxes[k]) < area(boxes[smallest]):
                            smallest = k
                    if smallest is not None:
                        found.append((n, index, i, j, x, y, smallest))
    return found


def area(box):
    return (box[2] - box[0]) * (box[3] - box[1])


def iou_of(a, b):
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    shared = w * h if w > 0 and h > 0 else 0
    return shared / (area(a) + area(b) - shared)


def class_loss(levels, positives):
    total = 0
    for index, level in enumerate(levels):
        target = torch.zeros_like(level['class'])
        for n, at, i, j, x, y, k in positives:
            if at == index:
                target[n, classes[k], i, j] = 1
        total = total + torchvision.ops.sigmoid_focal_loss(
            level['class'], target, alpha=fcos_config['focal_alpha'], gamma=fcos_config['focal_gamma'], reduction='sum')
    count = max(len(positives), 1)
    if fcos_config['normalizer'] == 'all':
        count = sum(level['class'].shape[0] * level['class'].shape[2] * level['class'].shape[3] for level in levels)
    if fcos_config['normalizer'] == 'moving_fg':
        count = 0.9 * 100 + 0.1 * count
    return total / count


def box_and_centerness_loss(levels, positives):
    box_sum, centerness_sum, weights = 0, 0, 0
    for n, index, i, j, x, y, k in positives:
        stride = levels[index]['stride']
        l, t, r, b = [d / stride for d in wanted_distances(x, y, boxes[k])]
        pl, pt, pr, pb = levels[index]['box'][n, :, i, j]
        width, height = torch.clamp(pl, max=l) + torch.clamp(pr, max=r), torch.clamp(pt, max=t) + torch.clamp(pb, max=b)
        shared = width * height
        union = (pl + pr) * (pt + pb) + (l + r) * (t + b) - shared
        iou = (shared + 1) / (union + 1)
        enclosing = (torch.clamp(pl, min=l) + torch.clamp(pr, min=r)) * (torch.clamp(pt, min=t) + torch.clamp(pb, min=b))
        kinds = {'iou': lambda: -torch.log(iou), 'linear_iou': lambda: 1 - iou, 'giou': lambda: 1 - (iou - (enclosing - union) / enclosing)}
        centerness = (min(l, r) / max(l, r) * min(t, b) / max(t, b)) ** 0.5
        box_sum = box_sum + centerness * kinds[fcos_config['box_loss']]()
        weights += centerness
        p = torch.sigmoid(levels[index]['centerness'][n, 0, i, j])
        centerness_sum = centerness_sum - centerness * torch.log(p) - (1 - centerness) * torch.log(1 - p)
    return box_sum / max(weights, 1e-6), centerness_sum / max(len(positives), 1)


def samples_of(k, levels, positives):
    """The positive locations that stand for object k."""
    own = [p for p in positives if p[6] == k]
    if not own:
        return []
    overlaps = []
    for n, index, i, j, x, y, _ in own:
        l, t, r, b = (levels[index]['box'][n, :, i, j] * levels[index]['stride']).tolist()
        overlaps.append(iou_of((x - l, y - t, x + r, y + b), boxes[k]))
    if embed_config['positive_rule'] == 'best_one':
        return [own[overlaps.index(max(overlaps))]]
    threshold = embed_config['positive_iou']
    if threshold == 0:
        return own
    good = [p for p, overlap in zip(own, overlaps) if overlap > threshold]
    return good or [p for p, overlap in zip(own, overlaps) if overlap == max(overlaps)]


def target_mask(k):
    """The object's mask at the resolution of the mask loss."""
    size = [side * embed_config['mask_scale_factor'] // 8 for side in masks[k].shape]
    small = F.interpolate(masks[k][None, None].double(), size=size, mode='bilinear', align_corners=False)[0, 0]
    if embed_config['mask_target'] == 'any':
        return small > 0
    # Half: the lower right of the four pixels at a cell's center decides ties; an object that has no cell gets all that it touches.
    stride = 8 // embed_config['mask_scale_factor']
    deciding = masks[k][stride // 2::stride, stride // 2::stride] > 0
    target = (small > 0.5) | ((small == 0.5) & deciding)
    return target if target.any() else F.max_pool2d(masks[k][None, None].double(), stride)[0, 0] > 0


def crop(k, height, width):
    """Which pixels of the mask loss's map the object's loss looks at."""
    expand = embed_config['box_expand']
    if expand <= 0:
        return torch.ones(height, width, dtype=torch.bool)
    x1, y1, x2, y2 = [v * embed_config['mask_scale_factor'] / 8 for v in boxes[k]]
    dx, dy = (expand - 1) / 2 * (x2 - x1) + 1, (expand - 1) / 2 * (y2 - y1) + 1
    left, top, right, bottom = [round(v, 6) for v in (x1 - dx, y1 - dy, x2 + dx, y2 + dy)]
    return torch.tensor([[left <= j < right and top <= i < bottom for j in range(width)] for i in range(height)])


def lovasz_hinge(logits, labels):
    signs = 2.0 * labels.double() - 1
    errors, order = torch.sort(1 - logits * signs, descending=True)
    truth = labels[order].double()
    union = truth.sum() + torch.cumsum(1 - truth, 0)
    jaccard = 1 - (truth.sum() - torch.cumsum(truth, 0)) / union
    growth = torch.cat([jaccard[:1], jaccard[1:] - jaccard[:-1]])
    return (F.relu(errors) * growth).sum()


def hinge(distances, labels):
    pull = F.relu(distances - embed_config['hinge']['pull']) ** 2
    push = F.relu(embed_config['hinge']['push'] - distances) ** 2
    return torch.where(labels, pull, push).mean()


def mask_and_smooth_loss(levels, pixel_embedding, positives):
    mask_sum, smooth_sum, counts = torch.zeros((), dtype=torch.float64), torch.zeros((), dtype=torch.float64), []
    enlarged = pixel_embedding
    if embed_config['mask_scale_factor'] > 1:
        enlarged = F.interpolate(pixel_embedding, scale_factor=embed_config['mask_scale_factor'], mode='bilinear', align_corners=False)
    for n in range(len(images)):
        own = [k for k in range(len(boxes)) if owners[k] == n]
        samples = {k: samples_of(k, levels, positives) for k in own}
        counts += [len(samples[k]) for k in own]
        counted = len(own) if embed_config['count_skipped'] else sum(1 for k in own if samples[k])
        for k in own:
            if not samples[k]:
                continue
            places = [(level, i, j, x, y) for _, level, i, j, x, y, _ in samples[k]]
            if embed_config['cluster_center'] == 'proposal':
                q = torch.stack([levels[level]['embedding'][n, :, i, j] for level, i, j, _, _ in places])
            else:
                bottom, right = pixel_embedding.shape[2] - 1, pixel_embedding.shape[3] - 1
                q = torch.stack([pixel_embedding[n, :, min(y // 8, bottom), min(x // 8, right)] for _, _, _, x, y in places])
            center = q.mean(0)
            spread = ((q - center) ** 2).sum()
            margin = math.log(2) / embed_config['margin']['prior'] ** 2
            if 'margin' in levels[0]:
                m = torch.stack([levels[level]['margin'][n, :, i, j] for level, i, j, _, _ in places])
                margin = m.mean(0)
                spread = spread + ((m - margin) ** 2).sum()
                margin = margin[:, None]
            if embed_config['smooth_reduction'] == 'mean':
                spread = spread / len(places)
            region = crop(k, *enlarged.shape[2:])
            p, labels = enlarged[n][:, region], target_mask(k)[region]
            squares = (p - center[:, None]) ** 2
            if embed_config['loss'] == 'hinge':
                loss = hinge(torch.sqrt(squares.sum(0)), labels)
            else:
                phi = torch.exp(-(margin * squares).sum(0))
                loss = lovasz_hinge(torch.log(phi) - torch.log1p(-phi), labels)
            mask_sum = mask_sum + loss / counted / len(images)
            smooth_sum = smooth_sum + spread / counted / len(images)
    return mask_sum, smooth_sum, counts


weights = {name[7:]: value.double() for name, value in list(globals().items()) if name.startswith('weight:')}
network = Network(classes=int(class_count)).double()
network.load_state_dict(weights)
boxes, owners, bitmaps = boxes.tolist(), owners.tolist(), masks.numpy()
levels, pixel_embedding = network(images.double())
positives = assign(levels)
class_term = class_loss(levels, positives) * fcos_config['class_weight']
box_term, centerness_term = box_and_centerness_loss(levels, positives)
mask_term, smooth_term, counts = mask_and_smooth_loss(levels, pixel_embedding, positives)
terms = {
    'class': class_term,
    'box': box_term * fcos_config['box_weight'],
    'centerness': centerness_term * fcos_config['centerness_weight'],
    'mask': mask_term * embed_config['mask_weight'],
}
if embed_config['smooth_weight'] > 0:
    terms['smooth'] = smooth_term * embed_config['smooth_weight']
sum(terms.values()).backward()

for name, term in terms.items():
    out['term:' + name] = term
for name, parameter in network.named_parameters():
    if parameter.grad is not None:
        out['gradient:' + name] = parameter.grad
for index, level in enumerate(levels):
    for name in ('class', 'box', 'centerness', 'embedding', 'margin'):
        if name in level:
            out[f'{name}:{index}'] = level[name]
out['pixel'] = pixel_embedding
out['samples'] = np.array(counts, np.int64)
