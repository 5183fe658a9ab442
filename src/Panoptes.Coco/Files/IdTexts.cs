namespace Panoptes.Coco.Files;

/// <summary>The ids of a dataset that are texts, by the integers that stand for them.</summary>
internal sealed class IdTexts
{
    private readonly Dictionary<long, string> _images = [];
    private readonly Dictionary<long, string> _classes = [];

    /// <param name="dataset">The dataset; null for none, whose ids are integers.</param>
    public IdTexts(InstanceDataset? dataset)
    {
        foreach (CocoImage image in dataset?.Images ?? [])
        {
            if (image.IdText is { } text)
            {
                _images[image.Id] = text;
            }
        }

        foreach (CocoCategory category in dataset?.Categories ?? [])
        {
            if (category.IdText is { } text)
            {
                _classes[category.Id] = text;
            }
        }
    }

    /// <param name="classes">The texts of classes' ids, by the integers that stand for them.</param>
    public IdTexts(IEnumerable<(long Id, string? Text)> classes)
    {
        foreach ((long id, string? text) in classes)
        {
            if (text is not null) _classes[id] = text;
        }
    }

    /// <summary>The text of an image's id; null where it is an integer.</summary>
    public string? OfImage(long id) => _images.GetValueOrDefault(id);

    /// <summary>The text of a class's id; null where it is an integer.</summary>
    public string? OfClass(long id) => _classes.GetValueOrDefault(id);
}
