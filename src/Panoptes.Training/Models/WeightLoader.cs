using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Torch.Serialization;
using Panoptes.Training.Configuration;
using Panoptes.Training.Import;

namespace Panoptes.Training.Models;

/// <summary>Fills a network from a file by the names of its tensors.</summary>
internal static class WeightLoader
{
    private const string BackbonePrefix = "backbone.";

    /// <summary>Requires every tensor of the module to be in the file with its shape.</summary>
    /// <exception cref="InputException">A tensor is missing or has another shape; the message names file and tensor.</exception>
    public static void LoadAll(Module module, SafetensorsFile file)
    {
        LoadReport report = Load(module, new SafetensorsWeights(file), name => name);
        if (report.Missing.Count > 0)
        {
            throw new InputException(
                InputErrorKind.Invalid, file.Path, null,
                $"{report.Missing.Count} tensors of the network are missing or have another shape, "
                + $"the first is {report.Missing[0]}");
        }
    }

    /// <summary>
    /// Takes what fits: a whole model (other numbers of classes leave the last layers as they are) or a backbone with torchvision's
    /// names.
    /// </summary>
    /// <param name="module">The network.</param>
    /// <param name="path">The file, or <see cref="ModelConfig.ImageNet"/>.</param>
    /// <exception cref="InputException">No tensor of the file fits the network.</exception>
    public static LoadReport LoadPart(Module module, string path)
    {
        using WeightFile file = path == ModelConfig.ImageNet ? ImageNetWeights.Open() : new SafetensorsWeights(Open(path));
        bool isBackbone = !file.Shapes.Keys.Any(name => name.StartsWith(BackbonePrefix, StringComparison.Ordinal));
        LoadReport report = Load(module, file, name =>
            !isBackbone ? name
            : name.StartsWith(BackbonePrefix, StringComparison.Ordinal) ? name[BackbonePrefix.Length..]
            : "");
        if (report.Loaded == 0)
        {
            throw new InputException(
                InputErrorKind.Invalid, path, null,
                $"model.weights: none of its {file.Shapes.Count} tensors fits the network "
                + "(names such as 'backbone.conv1.weight' or torchvision's 'conv1.weight' "
                + "are expected, with the shapes of model.backbone)");
        }

        return report;
    }

    /// <summary>Opens a weight file; what is wrong with it becomes one clear message.</summary>
    /// <exception cref="InputException">The file is missing or damaged.</exception>
    public static SafetensorsFile Open(string path)
    {
        InputFile.RequireContent(path);
        try
        {
            return SafetensorsFile.Open(path);
        }
        catch (InvalidDataException error)
        {
            // Fails for files of other kinds, and names their kind.
            string kind = ModelHeader.Read(path).IsOnnx ? "; it is an ONNX file" : "";
            throw InputException.InContent(null, error.Message + kind, InputErrorKind.Damaged, error).OfFile(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(InputErrorKind.Unreadable, path, null, $"cannot be read ({error.Message.TrimEnd('.')}).", error);
        }
    }

    /// <summary>As <see cref="Open(string)"/>, from a stream.</summary>
    /// <exception cref="InputException">The data is damaged.</exception>
    public static SafetensorsFile Open(Stream stream, string name)
    {
        try
        {
            return SafetensorsFile.Open(stream, name);
        }
        catch (InvalidDataException error)
        {
            throw InputException.InContent(null, error.Message, InputErrorKind.Damaged, error).OfFile(name);
        }
    }

    /// <summary>Takes over the tensors that the file has with their shapes; the type of their numbers is the network's.</summary>
    /// <param name="module">The network.</param>
    /// <param name="file">The file.</param>
    /// <param name="nameInFile">The name in the file of a tensor of the network.</param>
    public static LoadReport Load(Module module, WeightFile file, Func<string, string> nameInFile)
    {
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        List<string> names = new();
        List<string> missing = new();
        HashSet<string> used = new();
        foreach ((string name, Tensor value) in module.State())
        {
            string source = nameInFile(name);
            if (!file.Shapes.TryGetValue(source, out IReadOnlyList<long>? stored))
            {
                missing.Add($"'{name}' (not in the file)");
            }
            else if (!stored.SequenceEqual(value.Shape.ToArray()))
            {
                string here = string.Join(", ", value.Shape.ToArray());
                missing.Add($"'{name}' ([{string.Join(", ", stored)}] in the file, [{here}] here)");
            }
            else
            {
                value.CopyInPlace(file.Load(source));
                names.Add(name);
                used.Add(source);
            }
        }

        return new LoadReport(names, missing, [.. file.Shapes.Keys.Where(name => !used.Contains(name))]);
    }
}
