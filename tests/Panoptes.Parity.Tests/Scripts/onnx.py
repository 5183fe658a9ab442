# A small network of EmbedMask with two levels as torch.onnx exports it: convolutions, both normalisations, an enlarged sum.
import io

from torch import nn

torch.manual_seed(5)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 7, stride=4, padding=3, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        self.c3 = nn.Sequential(nn.Conv2d(16, 24, 3, stride=2, padding=1), nn.ReLU())
        self.c4 = nn.Sequential(nn.MaxPool2d(3, 2, 1), nn.Conv2d(24, 24, 3, padding=1, groups=4), nn.ReLU())
        self.tower = nn.Sequential(nn.Conv2d(24, 32, 3, padding=1), nn.GroupNorm(8, 32), nn.ReLU())
        self.heads = nn.ModuleList([nn.Conv2d(32, channels, 3, padding=1) for channels in (5, 4, 1, 8, 1)])
        self.pixels = nn.Conv2d(24, 8, 1)

    def forward(self, images):
        c3 = self.c3(self.stem(images))
        c4 = self.c4(c3)
        p3 = c3 + F.interpolate(c4, scale_factor=2.0, mode='nearest')
        maps = []
        for level in (p3, c4):
            logits, box, centerness, embedding, margin = (head(self.tower(level)) for head in self.heads)
            maps += [logits, F.relu(box), centerness, embedding, torch.exp(margin)]
        return (*maps, self.pixels(p3))


network = Network().eval()
with torch.no_grad():
    network.stem[1].running_mean.normal_(0, 0.2)
    network.stem[1].running_var.uniform_(0.5, 2)
    kinds = ('class_logits', 'box', 'centerness', 'proposal_embedding', 'proposal_margin')
    names = [f'{kind}_p{level}' for level in (3, 4) for kind in kinds] + ['pixel_embedding']
    axes = {name: {0: 'N', 2: f'{name}_H', 3: f'{name}_W'} for name in ['images', *names]}
    file = io.BytesIO()
    torch.onnx.export(
        network, torch.zeros(1, 3, 64, 64), file, input_names=['images'], output_names=names, dynamic_axes=axes, opset_version=13)
    for i, (n, height, width) in enumerate(inputs.tolist()):
        images = torch.randn(n, 3, height, width)
        out[f'{i}:images'] = images
        for name, map in zip(names, network(images)):
            out[f'{i}:{name}'] = map


# Protobuf adds up what is written one after the other: the card is one more entry of ModelProto.metadata_props.
def field(number, content):
    length = len(content)
    prefix = [number << 3 | 2]
    while length >= 128:
        prefix.append(length & 127 | 128)
        length >>= 7
    return bytes([*prefix, length]) + content


entry = field(1, b'panoptes.card') + field(2, card.numpy().tobytes())
out['model'] = np.frombuffer(file.getvalue() + field(14, entry), np.uint8)
