namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>The errors of all detections and objects, as TIDE sorts them (arXiv 2008.08115, section 2.2).</summary>
/// <remarks>
/// Where several kinds apply, the order decides in which TIDE's toolbox looks: Loc, Cls, Dupe, Bkg, and Both for the rest.
/// </remarks>
internal sealed class FoundErrors
{
    private readonly Matching _matching;
    private readonly double _foreground;
    private readonly double _background;
    private readonly bool[] _taken; // objects that a detection found

    /// <param name="matching">What matching found.</param>
    /// <param name="background">t_b: the IoU up to which a detection lies on the background.</param>
    public FoundErrors(Matching matching, double background)
    {
        _matching = matching;
        _foreground = matching.Options.IouThresholds[0];
        _background = background;
        Kinds = new ErrorKind?[matching.Table.Count];
        Objects = [.. Enumerable.Repeat(-1, matching.Table.Count)];
        IoUs = new double[matching.Table.Count];
        Mends = [.. Enumerable.Repeat(-1, matching.Objects.Count)];
        _taken = new bool[matching.Objects.Count];
        foreach (int index in matching.Table.Objects)
        {
            if (index >= 0)
            {
                _taken[index] = true;
            }
        }
    }

    /// <summary>By detection (its place in the match table): what is wrong with it; null for nothing.</summary>
    public ErrorKind?[] Kinds { get; }

    /// <summary>By detection: the object that the error has to do with; −1 for none.</summary>
    public int[] Objects { get; }

    /// <summary>By detection: its IoU with that object.</summary>
    public double[] IoUs { get; }

    /// <summary>
    /// By object that nothing found: the detection that would find it if its class or place were fixed, of several the one with the
    /// highest score; −1 for none.
    /// </summary>
    public int[] Mends { get; }

    /// <summary>Whether an object was missed: not found, and no other kind of error stands for it.</summary>
    public bool IsMissed(int index) => IsUnfound(index) && Mends[index] < 0;

    /// <summary>Whether an object should have been found and was not.</summary>
    public bool IsUnfound(int index) => _matching.MustBeFound(index) && !_taken[index];

    /// <summary>Looks at an image's detections. Several images can be looked at at once.</summary>
    public void Add(ImageOverlaps overlaps)
    {
        for (int d = 0; d < overlaps.Detections.Length; d++)
        {
            int place = overlaps.Detections[d];
            if (!_matching.IsHit(place) && !_matching.IsIgnored(place))
            {
                Sort(overlaps, d, place);
            }
        }
    }

    private void Sort(ImageOverlaps overlaps, int d, int place)
    {
        int @class = _matching.Detections.Category[place];
        Best same = Best.None;
        Best other = Best.None;
        for (int o = 0; o < overlaps.Objects.Length; o++)
        {
            int index = overlaps.Objects[o];
            if (_matching.MustBeFound(index))
            {
                ref Best best = ref _matching.Objects.Category[index] == @class ? ref same : ref other;
                if (overlaps[d, o] > best.IoU)
                {
                    best = new Best(overlaps[d, o], index);
                }
            }
        }

        (ErrorKind kind, Best match) = (same.IoU, other.IoU) switch
        {
            var (own, _) when same.Object >= 0 && own >= _background && own < _foreground => (ErrorKind.Localization, same),
            var (_, foreign) when foreign >= _foreground => (ErrorKind.Classification, other),
            var (own, _) when own >= _foreground => (ErrorKind.Duplicate, same),
            var (own, foreign) when Math.Max(own, foreign) <= _background => (ErrorKind.Background, Best.None),
            _ => (ErrorKind.Both, other),
        };
        Kinds[place] = kind;
        Objects[place] = match.Object;
        IoUs[place] = match.IoU;

        // Detections come by descending score: the first that points to an object is the one to fix.
        if (kind is ErrorKind.Localization or ErrorKind.Classification && !_taken[match.Object] && Mends[match.Object] < 0)
        {
            Mends[match.Object] = place;
        }
    }

    private readonly record struct Best(double IoU, int Object)
    {
        public static Best None => new(0, -1);
    }
}
