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
    /// <param name="cancellationToken">Ends the work; an older file stays as it was.</param>
    /// <returns>What is different in it.</returns>
    /// <exception cref="InputException">The file is not JSON in places that the check skipped.</exception>
    public IReadOnlyList<RepairChange> Write(string source, string target, CancellationToken cancellationToken)
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
            nonFiniteAsNull: true,
            cancellationToken);
        return _tally.ToChanges();
    }

    /// <summary>
    /// Says what a repair would drop, and why, where that is more than a tenth of the images or of the instances; null elsewhere.
    /// </summary>
    /// <param name="result">What was found.</param>
    /// <param name="dropUnusable">Whether what cannot be used goes too.</param>
    public string? DescribeLoss(DatasetCheckResult result, bool dropUnusable)
    {
        int images = head.Images.Count(image => image.IsSkipped);
        int instances = annotations.Dropped;
        if ((long)images * 10 <= result.Images && (long)instances * 10 <= result.Instances)
        {
            return null;
        }

        IEnumerable<string> causes = result.Findings
            .Where(finding => ProblemTable.Drops(finding.Problem.Kind, dropUnusable))
            .Select(finding => $"{finding.Problem.Title}: {finding.Count}");
        return $"the repair would drop {images} of {result.Images} images and {instances} of {result.Instances} instances, more than "
            + $"a tenth ({string.Join(", ", causes)}), so nothing was written; DatasetCheckOptions.AllowLoss allows it";
    }

    private List<JsonChange>? RepairImage(ImageEntry image)
    {
        if (image.IsSkipped || image.JoinedTo is not null)
        {
            _tally.Add(image.IsSkipped ? RepairKind.ImagesSkipped : RepairKind.ImagesJoined);
            return null;
        }

        List<JsonChange> changes = [];
        if (image.NewId is { } id)
        {
            _tally.Add(RepairKind.ImagesRenumbered);
            changes.Add(JsonChange.Integer("id", id));
        }

        if (image.Size != image.Stated)
        {
            _tally.Add(RepairKind.SizesCorrected);
            changes.Add(JsonChange.Integer("width", image.Size.Width));
            changes.Add(JsonChange.Integer("height", image.Size.Height));
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

        List<JsonChange> changes = [];
        if (entry.NewId is { } id)
        {
            _tally.Add(RepairKind.ClassesRenumbered);
            changes.Add(JsonChange.Integer("id", id));
        }

        if (entry.Name is null && entry.IsObject)
        {
            _tally.Add(RepairKind.ClassesNamed);
            changes.Add(JsonChange.Text("name", $"category {entry.NewId?.ToString() ?? entry.IdText}"));
        }

        return changes;
    }
}
