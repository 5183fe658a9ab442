"""EmbedMask-R50's network in PyTorch eager, or torchvision's Mask R-CNN-R50 with all that it does, to time Panoptes' networks against.

    python3 eager.py [--maskrcnn] [--size 800x1088] [--threads 2]
A line on stdin begins a run, a line on stdout tells its milliseconds, and the last one the peak of memory in MiB.
"""
import argparse
import os
import resource
import sys
import time

import torch
import torchvision

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "train_step"))
from embedmask_eager import EmbedMask  # noqa: E402: the folder above is known only now


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", default="800x1088")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--maskrcnn", action="store_true")
    arguments = parser.parse_args()
    height, width = (int(side) for side in arguments.size.split("x"))
    torch.set_num_threads(arguments.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    if arguments.maskrcnn:
        # Of the size it is given, as the others; 100 boxes go to its mask head, as many as it takes from COCO's images at most.
        model = torchvision.models.detection.maskrcnn_resnet50_fpn(
            weights=None, weights_backbone=None, min_size=min(height, width), max_size=max(height, width), box_score_thresh=0)
        images = [torch.rand(3, height, width)]
    else:
        model = EmbedMask()
        images = torch.randn(1, 3, height, width)
    model.eval()
    print("Mask R-CNN-R50, torchvision" if arguments.maskrcnn else "PyTorch eager", flush=True)
    with torch.no_grad():
        for _ in sys.stdin:
            start = time.perf_counter()
            model(images)
            print(f"{1000 * (time.perf_counter() - start):.1f}", flush=True)
    print(round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


if __name__ == "__main__":
    main()
