namespace Panoptes.Coco.Formats;

/// <summary>The formats of datasets that <see cref="DatasetConverter"/> reads and writes.</summary>
public enum DatasetFormat
{
    /// <summary>COCO's instance JSON (cocodataset.org, data format 1).</summary>
    Coco,

    /// <summary>
    /// A PNG for each image whose pixels hold the number of the object they belong to, as in Penn-Fudan; 0 is background.
    /// </summary>
    Masks,

    /// <summary>
    /// Ultralytics' YOLO segmentation (docs.ultralytics.com/datasets/segment): data.yaml, and a text file of polygons for each image.
    /// </summary>
    Yolo,

    /// <summary>LabelMe (github.com/wkentaro/labelme): a JSON of shapes for each image.</summary>
    LabelMe,

    /// <summary>Pascal VOC (host.robots.ox.ac.uk/pascal/VOC): boxes as XML, classes and objects as palette PNGs.</summary>
    Voc,

    /// <summary>COCO's panoptic JSON with a PNG of segment ids for each image (cocodataset.org, data format 4).</summary>
    Panoptic,

    /// <summary>
    /// panopticapi's two-channel PNGs: the class in red, the instance in green (github.com/cocodataset/panopticapi, CONVERTERS.md).
    /// </summary>
    PanopticTwoChannel,

    /// <summary>panopticapi's detection format: COCO's instance JSON with every segment as run lengths, stuff included.</summary>
    PanopticDetection,
}
