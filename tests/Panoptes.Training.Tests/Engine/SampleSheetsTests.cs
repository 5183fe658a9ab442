using Panoptes.Coco.Files;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Tests.Engine;

/// <summary>The names of drawn validation images.</summary>
public class SampleSheetsTests
{
    [Fact]
    public void Images_of_one_name_in_several_folders_get_a_sheet_each()
    {
        string[] files = ["cam1/0001.jpg", "cam2/0001.jpg", "cam2/0002.png", "0001_1.jpg", "CAM3/0001.PNG"];
        CocoImage[] images = [.. files.Select((file, i) => new CocoImage(i, file, 8, 8))];
        Assert.Equal(["0001", "0001_1", "0002", "0001_1_3", "0001_4"], SampleSheets.NamesOf(images));
    }
}
