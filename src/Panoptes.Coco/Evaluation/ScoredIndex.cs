namespace Panoptes.Coco.Evaluation;

/// <summary>Orders by descending score and, among equal scores, by ascending index: what a stable sort gives.</summary>
internal readonly record struct ScoredIndex(double Score, int Index) : IComparable<ScoredIndex>
{
    public int CompareTo(ScoredIndex other)
    {
        // Scores are finite: no need for CompareTo, which orders what is not a number too.
        return Score > other.Score ? -1 : Score < other.Score ? 1 : Index.CompareTo(other.Index);
    }

    public static bool operator <(ScoredIndex left, ScoredIndex right) => left.CompareTo(right) < 0;

    public static bool operator >(ScoredIndex left, ScoredIndex right) => left.CompareTo(right) > 0;

    public static bool operator <=(ScoredIndex left, ScoredIndex right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ScoredIndex left, ScoredIndex right) => left.CompareTo(right) >= 0;
}
