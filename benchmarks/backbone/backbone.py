"""What Program.cs does, with torchvision's network."""
import argparse
import sys
import time

import torch
import torchvision
from torchvision.ops import FrozenBatchNorm2d

parser = argparse.ArgumentParser()
parser.add_argument("--type", default="resnext101_32x8d")
parser.add_argument("--channels-last", action="store_true")
for name, standard in (("height", 320), ("width", 320), ("batch", 1), ("threads", 2)):
    parser.add_argument("--" + name, type=int, default=standard)
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.set_flush_denormal(True)
torch.manual_seed(0)

network = getattr(torchvision.models, options.type)(norm_layer=FrozenBatchNorm2d)
x = torch.randn(options.batch, 3, options.height, options.width)
if options.channels_last:
    network, x = network.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
x.requires_grad_()


def stages(x):
    x = network.maxpool(network.relu(network.bn1(network.conv1(x))))
    for layer in (network.layer1, network.layer2, network.layer3, network.layer4):
        x = layer(x)
        yield x


def peak():
    """The most memory the process ever had, in MiB."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


print("torchvision" + ("-channels_last" if options.channels_last else ""), flush=True)
before = peak()
for _ in sys.stdin:
    network.zero_grad(set_to_none=True)
    x.grad = None
    start = time.perf_counter()
    total = sum(stage.mean() for stage in stages(x))
    middle = time.perf_counter()
    total.backward()
    end = time.perf_counter()
    print(f"{(middle - start) * 1e3:.1f} {(end - middle) * 1e3:.1f}", flush=True)
    del total
print(f"{before:.0f} {peak():.0f}")
