using Panoptes.Coco.Evaluation;
using Panoptes.Coco.Files;

namespace Panoptes.Training.Distributed;

/// <summary>Deals the images of an evaluation out to the processes of a group, and puts together what they found, in the images' order.</summary>
/// <param name="group">The processes; null for one alone, which takes the whole shard.</param>
/// <param name="shard">Which of the images, without a group.</param>
/// <param name="images">How many images there are.</param>
internal sealed class EvaluationShare(ProcessGroup? group, Shard shard, int images)
{
    private readonly int _first = Of(group, shard).First(images);
    private readonly int _end = Of(group, shard).End(images);

    /// <summary>How many images all processes of the group have to do.</summary>
    public int Total => group is null ? _end - _first : images;

    /// <summary>How many images all processes have done, as far as one can tell from its own.</summary>
    /// <param name="end">The end of this process's last batch.</param>
    public int Done(int end) => end == _end ? Total : (int)Math.Min(Total, (long)(end - _first) * (group?.Size ?? 1));

    /// <summary>Predicts this process's images, and takes over what the others found in theirs.</summary>
    /// <param name="batchSize">Images at once.</param>
    /// <param name="predict">Adds what is found in the images from one place to another.</param>
    /// <param name="detections">What was found: this process's, then everybody's.</param>
    /// <param name="panoptic">The same for segments; null without.</param>
    /// <exception cref="OperationCanceledException">A process was asked to stop.</exception>
    /// <exception cref="ProcessLostException">Another process cannot read an image, or is lost.</exception>
    public void Run(int batchSize, Action<int, int> predict, List<CocoDetection> detections, PanopticScorer? panoptic)
    {
        Exception? problem = null;
        try
        {
            for (int first = _first; first < _end; first += batchSize)
            {
                predict(first, Math.Min(first + batchSize, _end));
            }
        }
        catch (Exception error) when (group is not null && error is InputException or OperationCanceledException)
        {
            problem = error; // the others must hear of it, or they would wait
        }

        if (group is null)
        {
            return;
        }

        GroupState.RequireReady(group, [.. group.Gather([GroupState.Of(problem)]).Select(state => state[0])], problem);
        byte[][] found = group.Gather(DetectionBytes.Write(detections));
        detections.Clear();
        detections.AddRange(found.SelectMany(DetectionBytes.Read));
        if (panoptic is not null)
        {
            Array.ForEach(group.Gather(panoptic.ToBytes()), panoptic.Add);
        }
    }

    private static Shard Of(ProcessGroup? group, Shard shard) => group is null ? shard : new Shard(group.Rank + 1, group.Size);
}
