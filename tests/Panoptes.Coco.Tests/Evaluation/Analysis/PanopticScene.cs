using Panoptes.Imaging;

namespace Panoptes.Coco.Tests.Evaluation.Analysis;

/// <summary>Small label maps, a row of text for each image: a letter is a segment of the class of that letter, capital letters a second one.</summary>
internal sealed class PanopticScene : IDisposable
{
    private const string Categories = """
        [{"id":1,"name":"ape","isthing":1},{"id":2,"name":"bee","isthing":1},{"id":3,"name":"cloud<s>","isthing":0}]
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("panoptes-pq").FullName;

    public PanopticScene(string[] groundTruth, params string[][] predictions)
    {
        GroundTruth = Write("truth", groundTruth);
        Predictions = [.. predictions.Select((rows, i) => Write($"prediction{i}", rows))];
    }

    public (string File, string Folder) GroundTruth { get; }

    public (string File, string Folder)[] Predictions { get; }

    public string Page => Path.Combine(_folder, "page.html");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (string File, string Folder) Write(string name, string[] rows)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        List<string> annotations = [];
        for (int i = 0; i < rows.Length; i++)
        {
            LabelMap map = new(rows[i].Length, 1);
            for (int x = 0; x < map.Width; x++)
            {
                map.Labels[x] = rows[i][x] == '.' ? 0 : rows[i][x];
            }

            map.SavePng(Path.Combine(folder, $"{i}.png"));
            IEnumerable<string> segments = rows[i].Where(c => c != '.').Distinct()
                .Select(c => $$"""{"id":{{(int)c}},"category_id":{{char.ToLowerInvariant(c) - 'a' + 1}},"iscrowd":0}""");
            annotations.Add($$"""{"image_id":{{i + 1}},"file_name":"{{i}}.png","segments_info":[{{string.Join(',', segments)}}]}""");
        }

        IEnumerable<string> images = rows.Select((row, i) => $$"""{"id":{{i + 1}},"file_name":"{{i + 1}}.jpg","width":{{row.Length}},"height":1}""");
        string file = Path.Combine(_folder, name + ".json");
        File.WriteAllText(
            file, $$"""{"images":[{{string.Join(',', images)}}],"categories":{{Categories}},"annotations":[{{string.Join(',', annotations)}}]}""");
        return (file, folder);
    }
}
