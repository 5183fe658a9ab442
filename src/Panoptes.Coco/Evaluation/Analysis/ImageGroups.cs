namespace Panoptes.Coco.Evaluation.Analysis;

/// <summary>Groups objects, which lie class by class, by the image they are in.</summary>
internal sealed class ImageGroups
{
    private readonly int[] _first;
    private readonly int[] _members;

    /// <param name="images">The image of each object.</param>
    /// <param name="imageCount">The number of images.</param>
    public ImageGroups(ReadOnlySpan<int> images, int imageCount)
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

    /// <summary>The objects of an image, by ascending index.</summary>
    public ReadOnlySpan<int> this[int image] => _members.AsSpan(_first[image].._first[image + 1]);
}
