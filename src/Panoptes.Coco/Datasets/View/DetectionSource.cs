using Panoptes.Coco.Files;
using Panoptes.Coco.Files.Json;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.View;

/// <summary>The predicted objects of a results file, the surest first.</summary>
internal sealed class DetectionSource : IObjectSource
{
    private readonly DetectionTable _rows;
    private readonly ILookup<int, int> _rowsOf;

    /// <param name="path">The results file.</param>
    /// <param name="index">The dataset's images and classes.</param>
    /// <param name="minScore">Predictions with a lower score are skipped.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">The file is missing or malformed, or names a class that there is not.</exception>
    public DetectionSource(string path, CocoIndex index, double minScore, CancellationToken cancellationToken)
    {
        _rows = ResultReader.Read(path, ResultMasks.All, cancellationToken);
        Classes = new int[_rows.Count];
        for (int i = 0; i < _rows.Count; i++)
        {
            long id = _rows[i].CategoryId;
            Classes[i] = index.IndexOfCategory(id);
            if (Classes[i] < 0)
            {
                throw new InputException(
                    InputErrorKind.Invalid, path, null,
                    $"[{i}]: category_id is {_rows.Describe(id)}, but categories has {index.DescribeCategories()}.");
            }
        }

        Strays = Enumerable.Range(0, _rows.Count).Count(i => index.IndexOfPredicted(_rows[i].ImageId) < 0);
        _rowsOf = Enumerable.Range(0, _rows.Count)
            .Where(i => _rows[i].Score >= minScore)
            .OrderByDescending(i => _rows[i].Score)
            .ToLookup(i => index.IndexOfPredicted(_rows[i].ImageId));
    }

    /// <summary>Predictions for images that the dataset does not have.</summary>
    public int Strays { get; }

    private int[] Classes { get; }

    /// <inheritdoc />
    public IEnumerable<ViewObject> ObjectsOf(int image) =>
        _rowsOf[image].Select(i => new ViewObject(i, null, Classes[i], _rows[i].Bbox, null, Score: _rows[i].Score));

    /// <inheritdoc />
    public Rle?[] MasksOf(int image, IReadOnlyList<ViewObject> objects, ImageSize size, ImageSize shown) =>
        [.. objects.Select(o => _rows.MaskOf(o.Row) is { Exists: true } mask ? Scaled(mask.ToRle(), size, shown) : null)];

    private static Rle Scaled(Rle mask, ImageSize size, ImageSize shown) => mask.Height == size.Height && mask.Width == size.Width
        ? mask.Resize(shown.Height, shown.Width)
        : throw InputException.InContent(null, $"a predicted mask is {mask.Width}x{mask.Height}, but the image {size}.");
}
