namespace Panoptes.Evaluation.Analysis;

/// <summary>Groups objects, which lie class by class, by the picture they are in.</summary>
internal sealed class PictureGroups
{
    private readonly int[] _first;
    private readonly int[] _members;

    /// <param name="images">The picture of each object.</param>
    /// <param name="imageCount">The number of pictures.</param>
    public PictureGroups(ReadOnlySpan<int> images, int imageCount)
    {
        _first = new int[imageCount + 1];
        _members = new int[images.Length];
        foreach (int image in images)
        {
            _first[image + 1]++;
        }

        for (int i = 0; i < imageCount; i++)
        {
            _first[i + 1] += _first[i];
        }

        int[] next = _first[..^1];
        for (int i = 0; i < images.Length; i++)
        {
            _members[next[images[i]]++] = i;
        }
    }

    /// <summary>The objects of a picture, by ascending index.</summary>
    public ReadOnlySpan<int> this[int image] => _members.AsSpan(_first[image].._first[image + 1]);
}
