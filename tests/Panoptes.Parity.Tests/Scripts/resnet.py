# torchvision's ResNet with random weights and statistics, saved as a safetensors file; its C2 to C5 while predicting and training.
# Inputs: name, path (texts as bytes), x [N, 3, H, W], stride_in_1x1; version and stages: of the deformable convolutions, if there are any.
import json
import struct

import torchvision


class Deformable(torch.nn.Module):
    """A convolution whose taps move; the names of its weights are changed to detectron2's when they are saved."""

    def __init__(self, conv, version):
        super().__init__()
        self.conv, channels = conv, conv.in_channels
        self.offset = torch.nn.Conv2d(channels, 9 * (version + 1), conv.kernel_size, conv.stride, conv.padding)
        torch.nn.init.normal_(self.offset.weight, 0, 0.03)  # a pixel or so
        torch.nn.init.normal_(self.offset.bias, 0, 0.5)

    def forward(self, x):
        moves = self.offset(x)
        mask = torch.sigmoid(moves[:, 18:]) if moves.shape[1] > 18 else None
        return torchvision.ops.deform_conv2d(
            x, moves[:, :18], self.conv.weight, None, self.conv.stride, self.conv.padding, self.conv.dilation, mask)


name, path = bytes(name.tolist()).decode(), bytes(path.tolist()).decode()
torch.manual_seed(5)
network = getattr(torchvision.models, name)(weights=None)
for module in network.modules():
    if isinstance(module, torch.nn.BatchNorm2d):
        # The last normalisation of a block is small, as in trained networks: 101 layers must not explode.
        torch.nn.init.uniform_(module.weight, 0.3, 0.9)
        torch.nn.init.normal_(module.bias, 0, 0.2)
        torch.nn.init.normal_(module.running_mean, 0, 0.3)
        torch.nn.init.uniform_(module.running_var, 0.4, 2.5)
if stride_in_1x1:
    for module in network.modules():
        if isinstance(module, torchvision.models.resnet.Bottleneck):
            module.conv1.stride, module.conv2.stride = module.conv2.stride, module.conv1.stride
if version > 0:
    for stage in stages.tolist():
        for block in getattr(network, f'layer{stage - 1}'):
            block.conv2 = Deformable(block.conv2, int(version))

# https://huggingface.co/docs/safetensors: eight bytes of header length, the header in JSON, the tensors.
header, payload = {}, bytearray()
for key, value in network.state_dict().items():
    array = value.numpy()
    data = array.tobytes()
    dtype = {'float32': 'F32', 'int64': 'I64'}[array.dtype.name]
    key = key.replace('.conv2.conv.', '.conv2.').replace('.conv2.offset.', '.conv2_offset.')
    header[key] = {'dtype': dtype, 'shape': array.shape, 'data_offsets': [len(payload), len(payload) + len(data)]}
    payload += data
with open(path, 'wb') as file:
    text = json.dumps(header).encode()
    file.write(struct.pack('<Q', len(text)) + text)
    file.write(payload)


def features(x):
    x = network.maxpool(network.relu(network.bn1(network.conv1(x))))
    for layer in (network.layer1, network.layer2, network.layer3, network.layer4):
        x = layer(x)
        yield x


with torch.no_grad():
    network.eval()
    for index, stage in enumerate(features(x)):
        out[f'eval:c{index + 2}'] = stage
    network.train()
    for index, stage in enumerate(features(x)):
        out[f'train:c{index + 2}'] = stage
    for key, value in network.state_dict().items():
        if 'running' in key:
            out['state:' + key] = value
