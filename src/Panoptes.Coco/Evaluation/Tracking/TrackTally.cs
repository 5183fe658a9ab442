namespace Panoptes.Coco.Evaluation.Tracking;

/// <summary>Adds up the figures of classes and videos.</summary>
internal sealed class TrackTally
{
    private readonly HotaTally _hota = new();
    private readonly ClearTally _clear = new();
    private readonly IdentityTally _identity = new();
    private long _tracks;
    private long _predictedTracks;

    public void Add(TrackCell cell)
    {
        _hota.Add(cell);
        _clear.Add(cell);
        _identity.Add(cell);
        _tracks += cell.Tracks;
        _predictedTracks += cell.PredictedTracks;
    }

    public TrackingFigures ToFigures()
    {
        (double hota, double detA, double assA, double locA) = _hota.Figures();
        long objects = _clear.Matches + _clear.Misses;
        return new TrackingFigures
        {
            Hota = hota,
            DetA = detA,
            AssA = assA,
            LocA = locA,
            Idf1 = 2.0 * _identity.Matches / Math.Max(1, _identity.GroundTruths + _identity.Predictions),
            IdPrecision = (double)_identity.Matches / Math.Max(1, _identity.Predictions),
            IdRecall = (double)_identity.Matches / Math.Max(1, _identity.GroundTruths),
            Mota = (double)(_clear.Matches - _clear.FalseAlarms - _clear.IdSwitches) / Math.Max(1, objects),
            Motp = _clear.IoUSum / Math.Max(1, _clear.Matches),
            Matches = _clear.Matches,
            Misses = _clear.Misses,
            FalseAlarms = _clear.FalseAlarms,
            IdSwitches = _clear.IdSwitches,
            Fragmentations = _clear.Fragmentations,
            Tracks = _tracks,
            MostlyTracked = _clear.MostlyTracked,
            MostlyLost = _clear.MostlyLost,
            PredictedTracks = _predictedTracks,
        };
    }
}
