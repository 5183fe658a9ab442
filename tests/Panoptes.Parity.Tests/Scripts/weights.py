# Files of weights under the names of other programs, with random numbers. Inputs: path, kind (texts as bytes), width of the trunk's stem.
import os
import pickle

import torchvision

path, kind = bytes(path.tolist()).decode(), bytes(kind.tolist()).decode()
torch.manual_seed(11)
CHANNELS, CLASSES, DIM = 8, 80, 6


def norm(name, channels):
    return {name + '.' + key: value for key, value in zip(
        ('weight', 'bias', 'running_mean', 'running_var'),
        (torch.rand(channels) + 0.5, torch.randn(channels), torch.randn(channels), torch.rand(channels) + 0.5))}


def layer(name, outputs, inputs, size, bias=True):
    tensors = {name + '.weight': torch.randn(outputs, inputs, size, size) * 0.1}
    return {**tensors, name + '.bias': torch.randn(outputs)} if bias else tensors


def trunk(prefix, width, detectron2):
    """A ResNet-50 in detectron2's names, or in maskrcnn-benchmark's."""
    tensors = layer(prefix + 'stem.conv1', width, 3, 7, bias=False)
    tensors.update(norm(prefix + ('stem.conv1.norm' if detectron2 else 'stem.bn1'), width))
    channels = width
    for stage, depth in enumerate((3, 4, 6, 3)):
        inner, outer = width << stage, 4 * width << stage
        for block in range(depth):
            name = f'{prefix}res{stage + 2}.{block}.' if detectron2 else f'{prefix}layer{stage + 1}.{block}.'
            for index, (o, i, k) in enumerate(((inner, channels, 1), (inner, inner, 3), (outer, inner, 1))):
                tensors.update(layer(f'{name}conv{index + 1}', o, i, k, bias=False))
                tensors.update(norm(f'{name}conv{index + 1}.norm' if detectron2 else f'{name}bn{index + 1}', o))
            if block == 0:
                tensors.update(layer(name + ('shortcut' if detectron2 else 'downsample.0'), outer, channels, 1, bias=False))
                tensors.update(norm(name + ('shortcut.norm' if detectron2 else 'downsample.1'), outer))
            channels = outer
    return tensors


def tower(name):
    return {**layer(name + '.0', CHANNELS, CHANNELS, 3), name + '.1.weight': torch.rand(CHANNELS), name + '.1.bias': torch.randn(CHANNELS)}


def detector(head, centerness):
    tensors = {**tower(head + 'cls_tower'), **tower(head + 'bbox_tower'), **layer(head + 'cls_logits', CLASSES, CHANNELS, 3),
               **layer(head + 'bbox_pred', 4, CHANNELS, 3), **layer(head + centerness, 1, CHANNELS, 3)}
    return {**tensors, **{f'{head}scales.{i}.scale': torch.rand(1) for i in range(5)}}


def pyramid(names, extra, width):
    tensors = {}
    for level, (lateral, output) in enumerate(names):
        tensors.update(layer(lateral, CHANNELS, 8 * width << level, 1))
        tensors.update(layer(output, CHANNELS, CHANNELS, 3))
    return {**tensors, **layer(extra + 'p6', CHANNELS, CHANNELS, 3), **layer(extra + 'p7', CHANNELS, CHANNELS, 3)}


def meinst(width):
    head = 'proposal_generator.MEInst_head.'
    tensors = trunk('backbone.bottom_up.', width, detectron2=True)
    tensors.update(pyramid([(f'backbone.fpn_lateral{i}', f'backbone.fpn_output{i}') for i in (3, 4, 5)], 'backbone.top_block.', width))
    tensors.update(detector(head, 'ctrness'))
    tensors.update({**tower(head + 'mask_tower'), **layer(head + 'mask_pred', DIM, CHANNELS, 3)})
    encoding = 'proposal_generator.mask_encoding.'
    basis = torch.linalg.qr(torch.randn(784, DIM))[0].T.contiguous()
    tensors.update({encoding + 'components': basis, encoding + 'explained_variances': torch.rand(DIM) + 1, encoding + 'means': torch.randn(784)})
    tensors.update({'pixel_mean': torch.tensor([103.53, 116.28, 123.675]).reshape(3, 1, 1), 'pixel_std': torch.ones(3, 1, 1)})
    return tensors


def embedmask(width, later):
    head = 'module.rpn.head.'
    tensors = trunk('module.backbone.body.', width, detectron2=False)
    fpn = 'module.backbone.fpn.'
    tensors.update(pyramid([(f'{fpn}fpn_inner{i}', f'{fpn}fpn_layer{i}') for i in (2, 3, 4)], fpn + 'top_blocks.', width))
    tensors.update({**detector(head, 'centerness'), **tower(head + 'mask_tower')})
    if not later:
        return {**tensors, **layer(head + 'proposal_embed_pred', DIM, CHANNELS, 3), **layer(head + 'proposal_margin_pred', 1, 4, 1),
                **layer(head + 'pixel_embed_pred', DIM, CHANNELS, 3)}
    for part in ('proposal', 'pixel'):
        tensors.update(layer(f'{head}{part}_spatial_embed_pred', 2, CHANNELS, 3))
        tensors.update(layer(f'{head}{part}_other_embed_pred', DIM - 2, CHANNELS, 3))
    tensors.update(layer(head + 'proposal_margin_pred', DIM, CHANNELS, 3))
    tensors.update({f'{head}margin_scales.{i}.scale': torch.rand(1) for i in range(5)})
    return {**tensors, head + 'position_scale.scale': torch.rand(1)}


class Evil:
    def __reduce__(self):
        return os.mkdir, (path + '.executed',)


def transformers(state):
    """torchvision's names of a ResNet-18 as Hugging Face's."""
    renamed = {}
    for key, value in state.items():
        parts = key.split('.')
        kind = 'convolution' if 'conv' in key or 'downsample.0' in key else 'normalization'
        if parts[0] in ('conv1', 'bn1'):
            renamed[f'resnet.embedder.embedder.{kind}.{parts[-1]}'] = value
        elif parts[0] == 'fc':
            renamed[f'classifier.1.{parts[-1]}'] = value
        else:
            place = 'shortcut' if parts[2] == 'downsample' else f'layer.{int(parts[2][-1]) - 1}'
            renamed[f'resnet.encoder.stages.{int(parts[0][-1]) - 1}.layers.{parts[1]}.{place}.{kind}.{parts[-1]}'] = value
    return renamed


def classifier():
    network = torchvision.models.resnet18(weights=None).eval()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.3, 0.9)
            torch.nn.init.normal_(module.bias, 0, 0.2)
            torch.nn.init.normal_(module.running_mean, 0, 0.3)
            torch.nn.init.uniform_(module.running_var, 0.4, 2.5)
    with torch.no_grad():
        y = network.maxpool(network.relu(network.bn1(network.conv1(x))))
        out['c5'] = network.layer4(network.layer3(network.layer2(network.layer1(y))))
    return network.state_dict()


def numpy_of(state):
    return {key: value.numpy() for key, value in state.items()}


if kind == 'zip':
    torch.save(classifier(), path)
elif kind == 'legacy':
    torch.save(classifier(), path, _use_new_zipfile_serialization=False)
elif kind == 'parameters':
    torch.save({'state_dict': {key: torch.nn.Parameter(value, requires_grad=False) for key, value in classifier().items()}, 'epoch': 3}, path)
elif kind == 'transformers':
    torch.save(transformers(classifier()), path)
elif kind.startswith('pkl'):
    state = {'model': numpy_of(trunk('', int(width), detectron2=True)), '__author__': 'nobody', 'matching_heuristics': True}
    with open(path, 'wb') as file:
        pickle.dump(state, file, protocol=int(kind[3:]))
elif kind == 'fcos':
    network = torchvision.models.detection.fcos_resnet50_fpn(weights=None, weights_backbone=None)
    torch.save({key: value.half() for key, value in network.state_dict().items()}, path)
elif kind == 'maskrcnn':
    network = torchvision.models.detection.maskrcnn_resnet50_fpn(weights=None, weights_backbone=None)
    torch.save({key: value.half() for key, value in network.state_dict().items()}, path)
elif kind in ('meinst', 'embedmask', 'embedmask2'):
    state = meinst(int(width)) if kind == 'meinst' else embedmask(int(width), kind == 'embedmask2')
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(3))], lr=0.1, momentum=0.9)
    torch.save({'model': state, 'optimizer': optimizer.state_dict(), 'iteration': 90000}, path,
               _use_new_zipfile_serialization=kind == 'meinst')
    out['scale'] = state[next(key for key in state if key.endswith('scales.3.scale'))]
    out['embedding'] = torch.cat([value for key, value in state.items() if key.endswith('embed_pred.weight') and 'pixel' in key] or [torch.zeros(1)])
elif kind == 'views':
    base = torch.arange(24, dtype=torch.float32)
    state = {'turned': base.reshape(4, 6).T, 'part': base[5:9], 'half': base.half(), 'bfloat16': base.bfloat16(), 'double': base.double(),
             'long': base.long(), 'number': torch.tensor(3.5), 'empty': torch.zeros(0, 3)}
    torch.save(state, path)
    for key, value in state.items():
        out[key] = value.float()
elif kind == 'evil_zip':
    torch.save({'conv1.weight': torch.zeros(1), 'other': Evil()}, path)
elif kind == 'evil_pickle':
    with open(path, 'wb') as file:
        pickle.dump({'conv1.weight': Evil()}, file)
