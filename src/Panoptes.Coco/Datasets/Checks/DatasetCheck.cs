namespace Panoptes.Coco.Datasets.Checks;

/// <summary>
/// Finds what makes training fail or AP lie in a COCO dataset, instances or panoptic, without stopping at the first problem; writes a
/// repaired copy if asked to.
/// </summary>
public static class DatasetCheck
{
    /// <summary>Checks a dataset with all cores; the annotations stream through small buffers.</summary>
    /// <param name="annotations">The dataset's JSON.</param>
    /// <param name="options">What is looked at; null looks at the JSON only.</param>
    /// <param name="progress">Told how many image files are done; from several threads.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="InputException">The file is not JSON or has no list; or the repaired copy would replace it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DatasetCheckResult Run(
        string annotations,
        DatasetCheckOptions? options = null,
        IProgress<(int Done, int Total)>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new DatasetCheckOptions();
        if (options.Fix is not null)
        {
            DatasetCopy.RequireOther(options.Fix, annotations);
        }

        (DatasetCheckResult result, DatasetRepairer repairer) = Look(annotations, options, decode: true, progress, cancellationToken);
        if (options.Fix is null)
        {
            return result;
        }

        if (!options.AllowLoss && repairer.DescribeLoss(result, options.DropUnusable) is { } loss)
        {
            return result with { Refusal = loss };
        }

        IReadOnlyList<RepairChange> changes = repairer.Write(annotations, options.Fix, cancellationToken);
        (DatasetCheckResult after, _) = Look(options.Fix, options, decode: false, null, cancellationToken);
        return result with { Repair = new DatasetRepair(options.Fix, changes, after) };
    }

    private static (DatasetCheckResult Result, DatasetRepairer Repairer) Look(
        string path,
        DatasetCheckOptions options,
        bool decode,
        IProgress<(int Done, int Total)>? progress,
        CancellationToken cancellationToken)
    {
        FindingLog log = new();
        DatasetHead head = DatasetHead.Read(path, log, options.Limits, cancellationToken);
        if (options.Images is not null)
        {
            ImageFileCheck.Check(head, options.Images, decode, options.Limits, log, progress, cancellationToken);
        }

        if (head.Kind == DatasetKind.Instances)
        {
            MoveCheck.Confirm(path, head, cancellationToken);
        }

        if (options.DropUnusable)
        {
            head.DropUnusable();
        }

        if (options.Against is not null)
        {
            LeakCheck.Check(head, options, log, cancellationToken);
        }

        AnnotationCheck annotations = head.Kind == DatasetKind.Panoptic
            ? PanopticCheck.Run(path, options, head, log, progress, cancellationToken)
            : InstanceCheck.Run(path, head, options, log, cancellationToken);
        DatasetCheckResult result = new(head.Kind, head.Images.Count, annotations.Count, head.Classes.Count, log.ToFindings())
        {
            Instances = annotations.Instances,
        };
        return (result, new DatasetRepairer(head, annotations));
    }
}
