namespace Panoptes.Training.Import;

/// <summary>The program that weights come from: it tells what they expect of images, which their files do not say.</summary>
public enum WeightSource
{
    /// <summary>torchvision's classifiers and detectors: RGB, ImageNet's means and deviations.</summary>
    Torchvision,

    /// <summary>timm, or Hugging Face's Transformers: as torchvision.</summary>
    Timm,

    /// <summary>
    /// detectron2: BGR and MSRA's means; ResNeXt-101 with deviations. The weights that it converted from torchvision's are RGB, which
    /// <c>input.channel_order</c>, <c>input.mean</c> and <c>input.std</c> must then say.
    /// </summary>
    Detectron2,

    /// <summary>AdelaiDet's FCOS and MEInst: as detectron2.</summary>
    AdelaiDet,

    /// <summary>EmbedMask and FCOS on maskrcnn-benchmark: BGR, its means, batch normalization without epsilon.</summary>
    EmbedMask,

    /// <summary>A residual network in an ONNX file: RGB, ImageNet's means and deviations, unless a setting says otherwise.</summary>
    Onnx,
}
