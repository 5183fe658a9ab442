using Panoptes.Coco;
using Panoptes.Inference;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;

namespace Panoptes.Training.Engine;

/// <summary>The data sets of a run, read and checked before the first iteration.</summary>
/// <param name="Pictures">What is trained on.</param>
/// <param name="Classes">The classes in the order of the network's logits.</param>
/// <param name="Validation">What is evaluated on; null when none is configured.</param>
/// <param name="ValidationFolder">The folder of its pictures.</param>
/// <param name="Warnings">What was left out of the annotations, and why.</param>
public sealed record TrainingData(
    IReadOnlyList<PictureRecord> Pictures,
    IReadOnlyList<ModelClass> Classes,
    InstanceDataset? Validation,
    string ValidationFolder,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Reads the annotations.</summary>
    /// <exception cref="InputException">A key is not set, a file is missing or wrong, or the two data sets have different classes.</exception>
    public static TrainingData Load(DataConfig config)
    {
        (InstanceDataset train, string folder) = Read("data.train", config.Train);
        IReadOnlyList<PictureRecord> pictures = CocoPictures.From(train, folder, config.FilterEmpty, config.Train.Limit);
        if (pictures.Count == 0)
        {
            throw new InputException(
                $"{config.Train.Annotations}: data.train has no picture to train on ({train.Images.Count} pictures, {train.Annotations.Count} "
                + "objects); data.filter_empty=false would keep pictures without objects");
        }

        ModelClass[] classes = [.. train.Categories.Select(c => new ModelClass(c.Name, c.Id))];
        var warnings = new List<string>(train.DescribeWarnings());
        InstanceDataset? validation = null;
        string validationFolder = "";
        if (config.Val.Annotations is not null || config.Val.Images is not null)
        {
            (validation, validationFolder) = Read("data.val", config.Val);
            warnings.AddRange(validation.DescribeWarnings());
            ModelClass? unknown = classes.FirstOrDefault(c => validation.IndexOfCategory(c.CategoryId) < 0);
            if (unknown is not null)
            {
                throw new InputException(
                    $"{config.Val.Annotations}: category {unknown.CategoryId} ({unknown.Name}) of {config.Train.Annotations} is missing: "
                    + "training and validation need the same categories");
            }
        }

        return new TrainingData(pictures, classes, validation, validationFolder, warnings);
    }

    private static (InstanceDataset Dataset, string Folder) Read(string key, DatasetConfig config)
    {
        string folder = config.Images ?? throw new InputException($"{key}.images is not set: the folder of the pictures");
        string file = config.Annotations ?? throw new InputException($"{key}.annotations is not set: a COCO instances file (JSON)");
        if (!Directory.Exists(folder))
        {
            throw new InputException($"{key}.images: the folder '{folder}' does not exist");
        }

        if (!File.Exists(file))
        {
            throw new InputException($"{key}.annotations: the file '{file}' does not exist");
        }

        return (InstanceDataset.Load(file), folder);
    }
}
