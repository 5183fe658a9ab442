using Panoptes.Coco.Datasets.Checks;
using Panoptes.Imaging;

namespace Panoptes.Coco.Tests.Datasets.Checks;

/// <summary>A small dataset in a folder of its own, without anything wrong until a test changes it.</summary>
internal sealed class CheckFolder : IDisposable
{
    /// <summary>Two images of 60x40; a cat with a polygon, a dog and a crowd of dogs with run lengths.</summary>
    public const string Clean =
        """
        {"info":{"year":2026},"annotations":[
        {"id":7,"image_id":1,"category_id":3,"bbox":[10,5,30,20],"area":600,"iscrowd":0,"segmentation":[[10,5,40,5,40,25,10,25]],"extra":[7]},
        {"id":8,"image_id":2,"category_id":9,"bbox":[5,0,10,40],"area":400,"iscrowd":0,"segmentation":{"size":[40,60],"counts":[200,400,1800]}},
        {"id":9,"image_id":2,"category_id":9,"bbox":[40,0,10,40],"area":400,"iscrowd":1,"segmentation":{"size":[40,60],"counts":[1600,400,400]}}],
        "images":[{"id":1,"file_name":"a.png","height":40,"width":60,"extra":"e"},{"id":2,"file_name":"b.png","height":40,"width":60}],
        "licenses":[{"id":1,"name":"x"}],
        "categories":[{"id":3,"name":"cat","extra":null},{"id":9,"name":"dog"}],"more":{"a":[1,2]}}
        """;

    /// <summary>Its path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("panoptes-check").FullName;

    /// <summary>The repaired copy's path.</summary>
    public string Fixed => In("fixed.json");

    /// <summary>The folder of images, with both of them.</summary>
    public string Images
    {
        get
        {
            string folder = In("images");
            Directory.CreateDirectory(folder);
            new Image(60, 40).SavePng(System.IO.Path.Combine(folder, "a.png"));
            new Image(60, 40).SavePng(System.IO.Path.Combine(folder, "b.png"));
            return folder;
        }
    }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string json, string name = "data.json")
    {
        File.WriteAllText(In(name), json);
        return In(name);
    }

    /// <summary>Checks a text.</summary>
    public DatasetCheckResult Check(string json, DatasetCheckOptions? options = null) =>
        DatasetCheck.Run(Write(json), options, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>The clean dataset with its first occurrence of a text replaced.</summary>
    public static string With(string replace, string with, string clean = Clean)
    {
        int place = clean.IndexOf(replace, StringComparison.Ordinal);
        Assert.True(place >= 0, replace);
        return clean[..place] + with + clean[(place + replace.Length)..];
    }

    /// <summary>What was found but for infos: kinds and counts.</summary>
    public static IEnumerable<(ProblemKind Kind, int Count)> Serious(DatasetCheckResult result) =>
        result.Findings.Where(f => f.Problem.Severity != ProblemSeverity.Info).Select(f => (f.Problem.Kind, f.Count));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
