using Panoptes.Coco.Files;
using Panoptes.Imaging;
using Panoptes.Masks;

namespace Panoptes.Coco.Datasets.View;

/// <summary>The annotated objects of an instance dataset.</summary>
internal sealed class InstanceSource(InstanceTable table) : IObjectSource
{
    private readonly ILookup<int, int> _rowsOf = Enumerable.Range(0, table.Rows.Length).ToLookup(i => table.Rows[i].Image);

    /// <inheritdoc />
    public IEnumerable<ViewObject> ObjectsOf(int image) => _rowsOf[image].Select(i =>
    {
        InstanceRow row = table.Rows[i];
        return new ViewObject(i, row.Id, row.Category, row.Bbox, row.Area, row.IsCrowd);
    });

    /// <inheritdoc />
    public Rle?[] MasksOf(int image, IReadOnlyList<ViewObject> objects, ImageSize size, ImageSize shown) =>
        [.. objects.Select(o => table.Rows[o.Row].Mask.ToSegmentation()?.ToRle(size.Height, size.Width, shown.Height, shown.Width))];
}
