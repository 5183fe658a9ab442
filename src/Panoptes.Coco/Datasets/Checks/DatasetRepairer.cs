using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Datasets.Checks;

/// <summary>Writes a repaired copy of a dataset, element by element: what is not changed stays as it stands.</summary>
/// <param name="head">The images and classes.</param>
/// <param name="annotations">The annotations.</param>
internal sealed class DatasetRepairer(DatasetHead head, AnnotationCheck annotations)
{
    private readonly RepairTally _tally = new();

    /// <summary>Writes the copy.</summary>
    /// <param name="source">The dataset that was checked.</param>
    /// <param name="target">The file to create or replace.</param>
    /// <returns>What is different in it.</returns>
    /// <exception cref="InputException">The file is not JSON in places that the check skipped.</exception>
    public IReadOnlyList<RepairChange> Write(string source, string target)
    {
        DatasetCopy.Write(
            source,
            target,
            (element, index) => element.List switch
            {
                "images" => RepairImage(head.Images[index]),
                "categories" => RepairClass(head.Classes[index]),
                "annotations" => annotations.Repair(index, element, _tally),
                _ => [],
            },
            nonFiniteAsNull: true);
        return _tally.ToChanges();
    }

    private List<JsonChange>? RepairImage(ImageEntry image)
    {
        if (image.IsSkipped || image.JoinedTo is not null)
        {
            _tally.Add(image.IsSkipped ? RepairKind.ImagesSkipped : RepairKind.ImagesJoined);
            return null;
        }

        List<JsonChange> changes = [];
        if (image.Size != image.Stated)
        {
            _tally.Add(RepairKind.SizesCorrected);
            changes.Add(JsonChange.Integer("width", image.Size.Width));
            changes.Add(JsonChange.Integer("height", image.Size.Height));
        }

        if (image.WrongFileName is not null)
        {
            _tally.Add(RepairKind.FileNamesEmptied);
            changes.Add(JsonChange.Text("file_name", ""));
        }

        return changes;
    }

    private List<JsonChange>? RepairClass(ClassEntry entry)
    {
        if (entry.IsSkipped)
        {
            _tally.Add(RepairKind.ClassesSkipped);
            return null;
        }

        if (entry.Name is not null)
        {
            return [];
        }

        _tally.Add(RepairKind.ClassesNamed);
        return [JsonChange.Text("name", $"category {entry.Id}")];
    }
}
