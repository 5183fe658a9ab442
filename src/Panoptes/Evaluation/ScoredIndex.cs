namespace Panoptes.Evaluation;

/// <summary>Orders by descending score and, among equal scores, by ascending index: what a stable sort gives.</summary>
internal readonly record struct ScoredIndex(double Score, int Index) : IComparable<ScoredIndex>
{
    public int CompareTo(ScoredIndex other)
    {
        int byScore = other.Score.CompareTo(Score);
        return byScore != 0 ? byScore : Index.CompareTo(other.Index);
    }

    public static bool operator <(ScoredIndex left, ScoredIndex right) => left.CompareTo(right) < 0;

    public static bool operator >(ScoredIndex left, ScoredIndex right) => left.CompareTo(right) > 0;

    public static bool operator <=(ScoredIndex left, ScoredIndex right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ScoredIndex left, ScoredIndex right) => left.CompareTo(right) >= 0;
}
