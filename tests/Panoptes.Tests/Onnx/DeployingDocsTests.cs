using System.Runtime.CompilerServices;
using Panoptes.Imaging;
using Panoptes.Inference;
using Panoptes.Onnx;

namespace Panoptes.Tests.Onnx;

/// <summary>The examples in docs/deploying.md compile: each of their lines stands in this file.</summary>
public sealed class DeployingDocsTests
{
    [Fact]
    public void Every_line_of_the_examples_is_compiled_here()
    {
        string source = SourceFile();
        HashSet<string> compiled = [.. File.ReadLines(source).Select(line => line.Trim())];
        string docs = Path.Combine(Path.GetDirectoryName(source)!, "..", "..", "..", "docs", "deploying.md");

        string[] lines = [.. Examples(File.ReadAllLines(docs))];

        Assert.Contains(lines, line => line.Contains("ExecutionProvider.Cuda", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Contains(line.Trim(), compiled));
    }

    // Compiled, not run.
    internal static Segmentation Segment()
    {
        using Segmenter segmenter = Segmenter.Load("mine.onnx", new SegmenterOptions { MinScore = 0.5 });

        Segmentation found = segmenter.Segment(Image.Load("photo.jpg"));
        return found;
    }

    internal static void ChooseProvider()
    {
        using OnnxNetwork network = OnnxNetwork.Load("mine.onnx", new OnnxOptions
        {
            Provider = ExecutionProvider.Cuda,
            Device = 0,
            Fallback = true,
        });
        if (network.FallbackReason is { } reason)
        {
            Console.Error.WriteLine($"{reason} The CPU runs the model.");
        }
    }

    private static IEnumerable<string> Examples(string[] lines)
    {
        bool isInside = false;
        foreach (string line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isInside = line == "```csharp";
            }
            else if (isInside)
            {
                yield return line;
            }
        }
    }

    private static string SourceFile([CallerFilePath] string path = "") => path;
}
