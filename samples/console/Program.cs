using Panoptes;
using Panoptes.Imaging;
using Panoptes.Inference;

if (args is not [string model, string photo, .. { Length: <= 1 } rest])
{
    Console.Error.WriteLine("usage: console MODEL.onnx PHOTO [OVERLAY]");
    return 2;
}

try
{
    using Segmenter segmenter = Segmenter.Load(model, new SegmenterOptions { MinScore = 0.3 });
    Image image = Image.Load(photo);
    Segmentation found = segmenter.Segment(image);
    foreach (Instance instance in found.Instances)
        Console.WriteLine($"{instance.ClassName} {instance.Score:0.00} {instance.Box} {instance.Mask.Area} pixels");
    string overlay = rest.FirstOrDefault() ?? "overlay.png";
    Overlay.Draw(image, found).Save(overlay);
    Console.WriteLine($"{found.Instances.Count} objects in {found.Timings.Total.TotalMilliseconds:0} ms: {overlay}");
    return 0;
}
catch (InputException e)
{
    // A file that is missing, damaged or of another kind: the message says which, and what is wrong.
    Console.Error.WriteLine(e.Message);
    return 1;
}
