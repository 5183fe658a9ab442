using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Panoptes.Coco.Datasets;
using Panoptes.Coco.Datasets.Checks;
using Panoptes.Coco.Files;
using Panoptes.Coco.Formats;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Masks;
using Panoptes.Onnx;
using Panoptes.Torch.Serialization;
using Panoptes.Training.Configuration;

namespace Panoptes.Fuzz;

/// <summary>The readers of foreign bytes, each with valid inputs to begin from.</summary>
internal static class Targets
{
    public const string Instances = "COCO instances";
    public const string Check = "dataset check";
    public const string Config = "configuration";
    public const string LabelMe = "LabelMe";
    public const string Yolo = "YOLO data.yaml and labels";
    public const string ModelFile = "model file";
    public const string Masks = "RLE";
    public const string Checkpoint = "checkpoint";

    private static readonly DecodeOptions s_small = new() { MaxPixels = 4_000_000 };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Target> All { get; } =
    [
        new(Instances, Seeds.Instances, ReadInstances),
        new("COCO results", Seeds.Results, input => ResultFile.Load(input.InFile("r.json"))),
        new("COCO panoptic", Seeds.Panoptic, input => PanopticDataset.Load(input.InFile("p.json"))),
        new(Check, [.. Seeds.Instances, .. Seeds.Panoptic], CheckAndRepair) { Inputs = 1_000 },
        new("merge and subset", Seeds.Instances, MergeAndSubset) { Inputs = 1_000 },
        new(LabelMe, Seeds.LabelMe, input => Convert(input, DatasetFormat.LabelMe, "a.json")) { Inputs = 1_000 },
        new(Yolo, Seeds.Yolo, ReadYolo) { Inputs = 1_000 },
        new(Config, Seeds.Configs, input => ConfigLoader.Parse(input.Text, "fuzz", currentDirectory: input.Folder)),
        new("model card", Seeds.Cards, input => ModelCard.Parse(input.Text)),
        new(ModelFile, Seeds.ModelHeaders, ReadModel) { Wrap = Safetensors },
        new(Checkpoint, Seeds.Checkpoints, input => Training.Engine.Checkpoint.Parse(input.Text, "fuzz")),
        new("ONNX header", Seeds.Onnx, input => OnnxHeader.Read(input.InFile("m.onnx")), IsText: false),
        new(Masks, Seeds.Masks, ReadMask) { NamesFile = false },
        new("polygons", Seeds.Polygons, ReadPolygons) { NamesFile = false },
        new("PNG", Seeds.Pngs, input => Image.Decode(input.Bytes, s_small), IsText: false) { Wrap = PngText.WithChecksums },
        new("label PNG", Seeds.Pngs, input => LabelMap.Decode(input.Bytes, s_small), IsText: false) { Wrap = PngText.WithChecksums },
        new("JPEG", Seeds.Jpegs, input => Image.Decode(input.Bytes, s_small), IsText: false) { Inputs = 5_000 },
        new("BMP", Seeds.Bmps, input => Image.Decode(input.Bytes, s_small), IsText: false),
    ];

    /// <summary>The header of a model whose card holds a configuration.</summary>
    public static byte[] ModelWith(string configuration) => Safetensors(Seeds.ModelHeader(configuration));

    private static void ReadInstances(Input input)
    {
        InstanceDataset dataset = InstanceDataset.Load(input.InFile("i.json"));
        Dictionary<long, CocoImage> images = dataset.Images.ToDictionary(image => image.Id);
        foreach (CocoAnnotation annotation in dataset.Annotations)
        {
            if (annotation.Segmentation is { } segmentation && images.TryGetValue(annotation.ImageId, out CocoImage? image))
            {
                try
                {
                    _ = segmentation.ToRle(image.Height, image.Width).Area;
                }
                catch (InputException e) when (e.File is null)
                {
                    throw e.InFile("i.json", $"annotation {annotation.Id}"); // a mask knows of no file
                }
            }
        }
    }

    private static void CheckAndRepair(Input input) => DatasetCheck.Run(
        input.InFile("c.json"), new DatasetCheckOptions { Fix = Path.Combine(input.Folder, "fixed.json") });

    private static void MergeAndSubset(Input input)
    {
        string path = input.InFile("m.json");
        DatasetMerge.Write([path, path], Path.Combine(input.Folder, "merged.json"), new MergeOptions { PrefixFolders = ["a", "b"] });
        DatasetSubset.Write(path, Path.Combine(input.Folder, "subset.json"), new SubsetOptions { Images = 1 });
    }

    private static void ReadYolo(Input input)
    {
        // The labels follow the configuration, behind a line of their own.
        string[] parts = input.Text.Split("\n====\n", 2);
        File.WriteAllText(Path.Combine(input.Folder, "data.yaml"), parts[0]);
        foreach (string part in new[] { "images", "labels" })
        {
            Directory.CreateDirectory(Path.Combine(input.Folder, part));
        }

        File.WriteAllBytes(Path.Combine(input.Folder, "images", "a.png"), Seeds.Pngs[0]);
        File.WriteAllText(Path.Combine(input.Folder, "labels", "a.txt"), parts.ElementAtOrDefault(1) ?? "");
        Convert(input, DatasetFormat.Yolo, null);
    }

    private static void Convert(Input input, DatasetFormat from, string? name)
    {
        if (name is not null)
        {
            input.InFile(name);
        }

        string source = from == DatasetFormat.Yolo ? Path.Combine(input.Folder, "data.yaml") : input.Folder;
        string target = Path.Combine(Path.GetTempPath(), $"{Path.GetFileName(input.Folder)}-out.json");
        try
        {
            DatasetConverter.Convert(new ConversionOptions { From = from, To = DatasetFormat.Coco, Input = source, Output = target });
        }
        finally
        {
            File.Delete(target);
        }
    }

    // Both readers of the header must agree, and the rest is what loading does before it takes memory for a network.
    private static void ReadModel(Input input)
    {
        using MemoryStream stream = new(input.Bytes);
        SafetensorsHeader header;
        try
        {
            header = SafetensorsHeader.Read(stream, "fuzz");
        }
        catch (InputException)
        {
            if (input.Bytes.Length > 0)
            {
                Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(input.InFile("m.safetensors")).Dispose());
            }

            throw;
        }

        using SafetensorsFile file = SafetensorsFile.Open(input.InFile("m.safetensors"));
        Assert.Equal(header.Tensors.Count, file.Tensors.Count);
        Training.Models.ModelFile.Describe(file);
    }

    private static void ReadMask(Input input)
    {
        string[] words = input.Text.Split(' ', 3);
        if (words.Length == 3 && int.TryParse(words[0], CultureInfo.InvariantCulture, out int height)
            && int.TryParse(words[1], CultureInfo.InvariantCulture, out int width))
        {
            Rle mask = words[2].Contains(',', StringComparison.Ordinal)
                ? Rle.FromCounts([.. words[2].Split(',').Select(c => uint.TryParse(c, CultureInfo.InvariantCulture, out uint n) ? n : 0)], height, width)
                : Rle.Parse(words[2], height, width);
            _ = mask.Bounds;
            Assert.Equal(mask, Rle.Parse(mask.ToCompressedString(), height, width));
            Assert.Equal(mask.Area, mask.Union(mask).Area);
            if ((long)height * width <= 4_000_000)
            {
                Assert.Equal(mask, Bitmask.FromRle(mask).ToRle());
                mask.ToMask(new byte[height * width]);
                _ = Contours.Trace(mask);
                _ = mask.Boundary();
            }
        }
    }

    private static void ReadPolygons(Input input)
    {
        double[][] polygons = [.. input.Text.Split(';').Select(
            polygon => polygon.Split(',').Select(n => double.TryParse(n, CultureInfo.InvariantCulture, out double d) ? d : 0).ToArray())];
        int height = (int)Math.Clamp(polygons[0][0], 0, 100_000);
        Rle mask = Rle.FromPolygons(polygons, height, 2_000);
        Assert.True(mask.Area <= (long)height * 2_000);
    }

    private static byte[] Safetensors(byte[] header)
    {
        byte[] file = new byte[8 + header.Length + Seeds.ModelBytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, 8);
        return file;
    }
}
