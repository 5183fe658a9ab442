using System.Text.Json.Nodes;
using Panoptes.Coco.Datasets.Checks;
using Panoptes.Coco.Files;

namespace Panoptes.Coco.Tests.Datasets.Checks;

/// <summary>Whatever stands in a file: the check ends, and what a repair leaves can be loaded.</summary>
public sealed class RandomDamageTests : IDisposable
{
    // What only the folder of images can tell.
    private static readonly ProblemKind[] s_notRepaired = [ProblemKind.MissingSize, ProblemKind.NoInstances, ProblemKind.OnlyCrowds];

    private static readonly string[] s_junk =
    [
        "null", "true", "-1", "0", "1", "2", "9", "7", "0.5", "1e30", "\"x\"", "\"\"", "[]", "{}", "[1,2,3,4]", "[10,5,30,20]", "[[1,2],[3,4]]",
        "[[5,5,20,5,20,20]]", "[[-90,-90,200,-90,200,90,-90,90]]", "{\"size\":[40,60],\"counts\":[0,2400]}", "{\"size\":[40,60],\"counts\":\"1\"}",
        "[null]", "[\"N\"]", "-5", "1e-9",
    ];

    private readonly CheckFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_damaged_data_set_is_repaired_so_that_it_loads()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            string json = Damage(new Random(seed));
            DatasetCheckResult result = _folder.Check(json, new DatasetCheckOptions { Fix = _folder.Fixed, DropUnusable = true, AllowLoss = true });
            if (result.Kind == DatasetKind.Panoptic)
            {
                continue; // a key that says so
            }

            DatasetFinding[] left = [.. result.Repair!.Check.Findings.Where(f => f.Problem.Severity == ProblemSeverity.Error)];
            Assert.True(left.All(f => s_notRepaired.Contains(f.Problem.Kind)), $"seed {seed}: {left.FirstOrDefault()?.Problem.Title} remain of {json}");
            if (left.Length == 0)
            {
                try
                {
                    InstanceDataset.Load(_folder.Fixed);
                }
                catch (InputException e)
                {
                    Assert.Fail($"seed {seed}: {e.Message} {json}");
                }
            }
        }
    }

    /// <summary>The clean dataset with a few values replaced, keys removed and elements repeated.</summary>
    private static string Damage(Random random)
    {
        JsonObject root = JsonNode.Parse(CheckFolder.Clean)!.AsObject();
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            JsonArray list = root[new[] { "images", "annotations", "annotations", "categories" }[random.Next(4)]]!.AsArray();
            int place = random.Next(list.Count);
            if (list[place] is not JsonObject { Count: > 0 } element || random.Next(8) == 0)
            {
                list.Add(random.Next(2) == 0 ? list[place]?.DeepClone() : JsonNode.Parse(s_junk[random.Next(s_junk.Length)]));
                continue;
            }

            string key = element.Select(pair => pair.Key).ElementAt(random.Next(element.Count));
            element[key] = JsonNode.Parse(s_junk[random.Next(s_junk.Length)]);
            if (random.Next(6) == 0)
            {
                element.Remove(key);
            }

            if (element.Count == 0)
            {
                list.RemoveAt(place);
            }
        }

        return root.ToJsonString();
    }
}
