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

    /// <summary>Label Studio's JSON or JSON-MIN: a list of tasks with polygons, brushes, rectangles and ellipses. Read only.</summary>
    LabelStudio,

    /// <summary>CVAT for images 1.1: one XML of images and shapes (docs.cvat.ai). Read only.</summary>
    Cvat,

    /// <summary>Cityscapes as it is downloaded: gtFine's PNGs of instanceIds, or polygons. Read only.</summary>
    Cityscapes,

    /// <summary>A Supervisely project: meta.json, and datasets with the folders img and ann. Read only.</summary>
    Supervisely,

    /// <summary>Datumaro's JSON: items with their annotations. Read only.</summary>
    Datumaro,
}
