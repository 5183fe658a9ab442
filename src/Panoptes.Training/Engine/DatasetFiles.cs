using Panoptes.Training.Configuration;
using Panoptes.Training.Models;

namespace Panoptes.Training.Engine;

/// <summary>The files and folders of a dataset, which are there.</summary>
/// <param name="Images">The folder of the images.</param>
/// <param name="Annotations">The COCO instances file, or null.</param>
/// <param name="Panoptic">The COCO panoptic file, or null.</param>
/// <param name="PanopticFolder">The folder of its PNGs; null without it.</param>
internal sealed record DatasetFiles(string Images, string? Annotations, string? Panoptic, string? PanopticFolder)
{
    /// <summary>The file that names the classes, for messages.</summary>
    public string Main => Annotations ?? Panoptic!;

    /// <summary>Takes the paths of a configuration.</summary>
    /// <param name="key">The configuration's key, for messages.</param>
    /// <param name="config">The paths.</param>
    /// <param name="panoptic">Whether segments are needed and instances are not enough.</param>
    /// <exception cref="InputException">A key is not set, or what it names is not there.</exception>
    public static DatasetFiles Require(string key, DatasetConfig config, bool panoptic)
    {
        string images = config.Images ?? throw InputException.ForSetting(null, $"{key}.images is not set: the folder of the images");
        if (panoptic && config.Panoptic is null)
        {
            IEnumerable<string> methods = TrainingMethod.All.Where(m => m.IsPanoptic).Select(m => $"model.method={m.Name}");
            throw InputException.ForSetting(
                null,
                $"{key}.panoptic is not set: a panoptic network ({string.Join(", ", methods)}, or model.semantic.enabled=true) learns "
                + $"from every pixel, so it needs {key}.panoptic=FILE (COCO panoptic JSON) and {key}.panoptic_folder=DIR (its PNGs)");
        }

        if (config.Annotations is null && config.Panoptic is null)
        {
            throw InputException.ForSetting(
                null,
                $"{key}.annotations is not set: a COCO instances file (JSON); or, for panoptic data, {key}.panoptic and "
                + $"{key}.panoptic_folder");
        }

        if (config.Panoptic is not null && config.PanopticFolder is null)
        {
            throw InputException.ForSetting(null, $"{key}.panoptic_folder is not set: the folder of the PNGs of '{config.Panoptic}'");
        }

        RequireFolder($"{key}.images", images);
        RequireFile($"{key}.annotations", config.Annotations);
        RequireFile($"{key}.panoptic", config.Panoptic);
        RequireFolder($"{key}.panoptic_folder", config.PanopticFolder);
        return new DatasetFiles(images, config.Annotations, config.Panoptic, config.PanopticFolder);
    }

    /// <summary>Whether training images come from the segments.</summary>
    /// <param name="panoptic">Whether the network is panoptic.</param>
    public bool UsesPanoptic(bool panoptic) => panoptic || Annotations is null;

    private static void RequireFolder(string key, string? folder)
    {
        if (folder is not null && !Directory.Exists(folder))
        {
            throw InputException.ForSetting(key, $"the folder '{folder}' does not exist", InputErrorKind.NotFound);
        }
    }

    private static void RequireFile(string key, string? file)
    {
        if (file is not null && !File.Exists(file))
        {
            throw InputException.ForSetting(key, $"the file '{file}' does not exist", InputErrorKind.NotFound);
        }
    }
}
