using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Panoptes.Coco.Codecs;
using Panoptes.Coco.Files;
using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Masks;

// MEInst's last step for one image: the coefficients of its detections, as the network gave them, become masks of the image's size as
// run
// lengths. The inputs are written for paste.py, which does the same with PyTorch. A line on stdin begins an image, a line on stdout
// tells its
// milliseconds; at the end of stdin the masks are written, 0 or 1 for each pixel, and compared by run.py.
// Usage: Paste FOLDER [ANNOTATIONS.json]: without a file the objects are made up.
const int height = 800, width = 1066, objects = 100;
string folder = args[0];
InstanceDataset data = args.Length > 1 ? InstanceDataset.Load(args[1]) : MakeUp();
CocoAnnotation[] all = [.. data.Annotations.Where(a => a is { IsCrowd: false, Segmentation: not null })];
MaskSet masks = MaskSet.Of(data);
if (masks.Count != all.Length || all.Length < objects)
{
    Console.Error.WriteLine($"{args[1]}: {masks.Count} masks of {all.Length} objects; {objects} are needed");
    return 2;
}

PcaCodec codec = PcaFit.Fit(masks);
Box[] boxes = new Box[objects];
float[][] codes = new float[objects][];
for (int i = 0; i < objects; i++)
{
    int chosen = (int)((long)i * all.Length / objects);
    CocoImage image = data.Images[data.IndexOfImage(all[chosen].ImageId)];
    boxes[i] = all[chosen].Box.Scale((double)width / image.Width, (double)height / image.Height).Clip(width, height);
    codes[i] = new float[codec.Dimension];
    codec.Encode(masks.Mask(chosen).Pixels, codes[i]);
}

// As a network gives them: planes of P3's size, and each object at a cell of its own.
using NetworkInput input = new([new InputImage(width, height, width, height)], 1088, 800);
(int rows, int columns) = (input.Height / 8, input.Width / 8);
float[] planes = new float[codec.Dimension * rows * columns];
Candidate[] detections = new Candidate[objects];
for (int i = 0; i < objects; i++)
{
    int cell = (int)((i + 0.5) * rows * columns / objects);
    Box box = boxes[i];
    detections[i] = new Candidate((float)box.X1, (float)box.Y1, (float)box.X2, (float)box.Y2, 0.9f, 0, 0, cell);
    for (int d = 0; d < codec.Dimension; d++)
    {
        planes[(d * rows * columns) + cell] = codes[i][d];
    }
}

using NetworkOutput output = new(new Dictionary<string, FeatureMap>
{
    [OutputNames.ClassLogits(0)] = new(new float[rows * columns], 1, 1, rows, columns),
    [MEInstOutputs.MaskCoefficients(0)] = new(planes, 1, codec.Dimension, rows, columns),
});
WriteInputs();
MEInstDecoder decoder = new(new MEInstOptions { Codec = codec });
Rle[] pasted = [];
Console.WriteLine("panoptes");
while (Console.ReadLine() is not null)
{
    long start = Stopwatch.GetTimestamp();
    pasted = decoder.Decode(output, input, 0, detections);
    Console.WriteLine(Stopwatch.GetElapsedTime(start).TotalMilliseconds.ToString("F2", CultureInfo.InvariantCulture));
}

using FileStream file = File.Create(Path.Combine(folder, "panoptes.masks"));
byte[] pixels = new byte[height * width];
foreach (Rle mask in pasted)
{
    mask.ToMask(pixels);
    file.Write(pixels);
}

return 0;

// The mean and the components (what comes back from no coefficients and from one of them), the coefficients, the boxes.
void WriteInputs()
{
    float[] mean = Reconstruct(new float[codec.Dimension]);
    List<float> values = [codec.Dimension, codec.Size, height, width, objects, .. mean];
    for (int d = 0; d < codec.Dimension; d++)
    {
        float[] unit = new float[codec.Dimension];
        unit[d] = 1;
        values.AddRange(Reconstruct(unit).Zip(mean, (v, m) => v - m));
    }

    values.AddRange(codes.SelectMany(c => c));
    values.AddRange(detections.SelectMany(d => new[] { d.X1, d.Y1, d.X2, d.Y2 }));
    File.WriteAllBytes(Path.Combine(folder, "inputs"), MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(values)).ToArray());
}

float[] Reconstruct(float[] code)
{
    float[] square = new float[codec.Size * codec.Size];
    codec.Reconstruct(code, square);
    return square;
}

// Ellipses with bumps, their sides spread evenly by their logarithm from 12 to 600 pixels.
static InstanceDataset MakeUp()
{
    Random random = new(1);
    List<CocoAnnotation> annotations = [];
    for (int i = 0; i < 4 * objects; i++)
    {
        (double w, double h) = (Side(), Side());
        (double x, double y) = (random.NextDouble() * (width - w), random.NextDouble() * (height - h));
        (int bumps, double depth, double turn) = (random.Next(2, 9), random.NextDouble() * 0.4, random.NextDouble() * 6);
        double[] outline = [.. Enumerable.Range(0, 64).SelectMany(k =>
        {
            double angle = k * Math.PI / 32;
            double radius = (1 + (depth * Math.Sin((bumps * angle) + turn))) / (1 + depth) / 2;
            return new[] { x + (w * (0.5 + (radius * Math.Cos(angle)))), y + (h * (0.5 + (radius * Math.Sin(angle)))) };
        })];
        annotations.Add(new CocoAnnotation(
            i + 1, 1, 1, new BoxXywh(x, y, w, h), w * h / 2, IsCrowd: false, CocoSegmentation.FromPolygons([outline])));
    }

    return InstanceDataset.Create([new CocoImage(1, "made-up", width, height)], [new CocoCategory(1, "object")], annotations);

    double Side() => 12 * Math.Pow(50, random.NextDouble());
}
