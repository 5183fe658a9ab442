"""Trains torchvision's Mask R-CNN with a ResNet-18 of ours (panoptes import ... --output resnet18.safetensors) and writes COCO results.

Same images, passes, sizes and schedule family as configs/base/finetune.yaml: AdamW, linear warmup, cosine to 1 %, flips, the average of the
weights. Everything else is torchvision's default (a pyramid of 256 channels, RPN, heads of 1024 and 256), but for --regions.
"""
import argparse, copy, json, math, os, random, struct, time

import numpy
import torch
import torchvision
from PIL import Image, ImageDraw
from torchvision.models.detection import MaskRCNN
from torchvision.models.detection.backbone_utils import BackboneWithFPN
from torchvision.ops import FrozenBatchNorm2d
from torchvision.ops.feature_pyramid_network import LastLevelMaxPool

DTYPES = {"F32": numpy.float32, "I64": numpy.int64}


def load_safetensors(path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))
        data = file.read()
    card = json.loads(header.pop("__metadata__")["panoptes.weights"])
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        values = numpy.frombuffer(data[begin:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    return tensors, card


def build(weights, classes, sizes, longest, frozen):
    tensors, card = load_safetensors(weights)
    blocks = [len({name.split(".")[1] for name in tensors if name.startswith(f"layer{i}.")}) for i in range(1, 5)]
    body = torchvision.models.ResNet(
        torchvision.models.resnet.BasicBlock, blocks, norm_layer=lambda width: FrozenBatchNorm2d(width, eps=1e-5))
    if card["channel_order"] == "bgr":
        tensors["conv1.weight"] = tensors["conv1.weight"].flip(1)
        card["mean"], card["std"] = card["mean"][::-1], card["std"][::-1]
    missing = [name for name in body.load_state_dict(tensors, strict=False).missing_keys if not name.startswith("fc.")]
    assert not missing, missing
    for name, parameter in body.named_parameters():
        stage = 1 if name.startswith(("conv1", "bn1")) else 1 + int(name[5]) if name.startswith("layer") else 0
        if 0 < stage <= frozen:
            parameter.requires_grad_(False)
    pyramid = BackboneWithFPN(
        body, {f"layer{i}": str(i - 1) for i in range(1, 5)}, [64, 128, 256, 512], 256, extra_blocks=LastLevelMaxPool())
    return MaskRCNN(
        pyramid, classes + 1, min_size=sizes, max_size=longest,
        image_mean=[value / 255 for value in card["mean"]], image_std=[value / 255 for value in card["std"]])


def mask_of(segmentation, height, width):
    if isinstance(segmentation, dict):
        flat, value = [], 0
        for count in segmentation["counts"]:
            flat.append(numpy.full(count, value, numpy.uint8))
            value = 1 - value
        return numpy.concatenate(flat).reshape(width, height).T
    canvas = Image.new("L", (width, height))
    for polygon in segmentation:
        ImageDraw.Draw(canvas).polygon(polygon, fill=1, outline=1)
    return numpy.array(canvas)


def rle_of(mask):
    flat = mask.T.reshape(-1)
    edges = numpy.flatnonzero(flat[1:] != flat[:-1]) + 1
    counts = numpy.diff(numpy.concatenate([[0], edges, [len(flat)]])).tolist()
    return {"size": list(mask.shape), "counts": [0] + counts if flat[0] else counts}


class Dataset:
    def __init__(self, annotations, folder):
        with open(annotations) as file:
            self.json = json.load(file)
        self.folder = folder
        used = {annotation["category_id"] for annotation in self.json["annotations"]}
        self.ids = sorted(category["id"] for category in self.json["categories"] if category["id"] in used)
        self.images = self.json["images"]
        self.objects = {image["id"]: [] for image in self.images}
        for annotation in self.json["annotations"]:
            if not annotation.get("iscrowd") and annotation["bbox"][2] >= 1 and annotation["bbox"][3] >= 1:
                self.objects[annotation["image_id"]].append(annotation)

    def image(self, record):
        opened = Image.open(f"{self.folder}/{record['file_name']}").convert("RGB")
        return torch.from_numpy(numpy.array(opened)).permute(2, 0, 1).float() / 255

    def sample(self, record, flip):
        image = self.image(record)
        _, height, width = image.shape
        masks = [torch.from_numpy(mask_of(o["segmentation"], height, width)) for o in self.objects[record["id"]]]
        masks = torch.stack(masks) if masks else torch.zeros((0, height, width), dtype=torch.uint8)
        boxes = [[o["bbox"][0], o["bbox"][1], o["bbox"][0] + o["bbox"][2], o["bbox"][1] + o["bbox"][3]] for o in self.objects[record["id"]]]
        boxes = torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4)
        if flip:
            image, masks = image.flip(2), masks.flip(2)
            boxes = torch.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], 1)
        labels = torch.tensor([1 + self.ids.index(o["category_id"]) for o in self.objects[record["id"]]], dtype=torch.int64)
        return image, {"boxes": boxes, "labels": labels, "masks": masks}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", required=True)
    parser.add_argument("--train", nargs=2, required=True, metavar=("JSON", "IMAGES"))
    parser.add_argument("--val", nargs=2, required=True, metavar=("JSON", "IMAGES"))
    parser.add_argument("--output", required=True, help="COCO results JSON")
    parser.add_argument("--iterations", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--rate", type=float, default=0.0002)
    parser.add_argument("--backbone-factor", type=float, default=0.3)
    parser.add_argument("--frozen", type=int, default=2)
    parser.add_argument("--sizes", type=int, nargs="+", default=[256, 288, 320, 352])
    parser.add_argument("--longest", type=int, default=576)
    parser.add_argument("--test-size", type=int, default=None)
    parser.add_argument("--detections", type=int, default=100)
    parser.add_argument("--regions", type=int, default=512, help="regions of an image that train the second stage, a quarter of them objects")
    arguments = parser.parse_args()
    torch.set_num_threads(os.cpu_count())
    torch.manual_seed(0)
    random.seed(0)
    train, val = Dataset(*arguments.train), Dataset(*arguments.val)
    model = build(arguments.weights, len(train.ids), arguments.sizes, arguments.longest, arguments.frozen)
    model.roi_heads.detections_per_img = arguments.detections
    model.roi_heads.fg_bg_sampler.batch_size_per_image = arguments.regions
    body = [p for n, p in model.named_parameters() if n.startswith("backbone.body") and p.requires_grad]
    rest = [p for n, p in model.named_parameters() if not n.startswith("backbone.body") and p.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": rest, "factor": 1.0}, {"params": body, "factor": arguments.backbone_factor}], lr=arguments.rate, weight_decay=0.01)
    average, records, losses = copy.deepcopy(model), [], []
    used = [image for image in train.images if train.objects[image["id"]]]
    start = time.time()
    model.train()
    for step in range(arguments.iterations):
        rate = arguments.rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * step / arguments.iterations)))
        rate *= min(1.0, 0.1 + 0.9 * step / 100)
        for group in optimizer.param_groups:
            group["lr"] = rate * group["factor"]
        batch = []
        while len(batch) < arguments.batch:
            if not records:
                records = random.sample(used, len(used))
            batch.append(train.sample(records.pop(), random.random() < 0.5))
        loss = sum(model([image for image, _ in batch], [target for _, target in batch]).values())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for g in optimizer.param_groups for p in g["params"]], 10)
        optimizer.step()
        decay = min(0.998, (1 + step) / (10 + step))
        with torch.no_grad():
            for mean, value in zip(average.parameters(), model.parameters()):
                mean.lerp_(value, 1 - decay)
        losses.append(float(loss))
        if (step + 1) % 50 == 0:
            print(f"{step + 1}/{arguments.iterations} loss {numpy.mean(losses[-50:]):.3f}, {time.time() - start:.0f} s", flush=True)
    trained = time.time() - start

    average.eval()
    average.transform.min_size = (arguments.test_size or max(arguments.sizes),)
    results, spent = [], 0.0
    with torch.no_grad():
        for record in val.images:
            image = val.image(record)
            begin = time.time()
            found = average([image])[0]
            masks = found["masks"][:, 0].numpy() >= 0.5
            spent += time.time() - begin
            for box, label, score, mask in zip(found["boxes"].tolist(), found["labels"].tolist(), found["scores"].tolist(), masks):
                results.append({
                    "image_id": record["id"], "category_id": train.ids[label - 1], "score": score,
                    "bbox": [box[0], box[1], box[2] - box[0], box[3] - box[1]], "segmentation": rle_of(mask.astype(numpy.uint8))})
    with open(arguments.output, "w") as file:
        json.dump(results, file)
    print(f"trained {trained:.0f} s, predicted {len(val.images)} images, {1000 * spent / len(val.images):.0f} ms each, "
          f"{len(results)} detections to {arguments.output}")


main()
