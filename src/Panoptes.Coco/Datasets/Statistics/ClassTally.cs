namespace Panoptes.Coco.Datasets.Statistics;

/// <summary>Collects what a dataset holds of a class.</summary>
internal sealed class ClassTally(long id, string name, bool? isThing)
{
    private readonly List<double> _areas = [];

    /// <summary>Its objects so far.</summary>
    public int Objects { get; private set; }

    /// <summary>Its crowds so far.</summary>
    public int Crowds { get; set; }

    /// <summary>Images with an object of it so far.</summary>
    public int Images { get; set; }

    /// <summary>Adds an object.</summary>
    public void Add(double area)
    {
        Objects++;
        if (double.IsFinite(area))
        {
            _areas.Add(area);
        }
    }

    /// <summary>The class, once all objects are there.</summary>
    /// <param name="all">Objects of all classes.</param>
    public ClassStatistics ToStatistics(int all)
    {
        double[] sorted = [.. _areas.Order()];
        return new ClassStatistics
        {
            Id = id,
            Name = name,
            IsThing = isThing,
            Objects = Objects,
            Crowds = Crowds,
            Images = Images,
            Share = all == 0 ? 0 : (double)Objects / all,
            Area = sorted.Sum(),
            MeanArea = sorted.Length == 0 ? null : sorted.Average(),
            MedianArea = sorted.Length == 0 ? null : Histogram.MiddleOf(sorted),
            Sizes = SizeClasses.Of(sorted),
        };
    }
}
