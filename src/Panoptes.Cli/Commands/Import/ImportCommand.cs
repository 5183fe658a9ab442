using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Panoptes.Cli.Commands.Config;
using Panoptes.Cli.Input;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Training.Import;

namespace Panoptes.Cli.Commands.Import;

/// <summary><c>panoptes import</c>: weights that another program trained, as a backbone or a model.</summary>
internal sealed class ImportCommand : ToolCommand
{
    /// <summary>Lines of a list on a terminal; all of it is in the JSON.</summary>
    private const int MostLines = 12;

    private static readonly Dictionary<string, WeightSource> s_sources = Enum.GetValues<WeightSource>()
        .ToDictionary(source => source.ToString().ToLowerInvariant());

    private readonly Argument<string> _file = new("FILE")
    {
        Description = "The weights: .pth, .pt, .pkl, .safetensors or .onnx; the content decides. Nothing in a pickle is executed.",
    };

    private readonly Argument<string[]> _settings = ConfigArguments.Overrides();

    private readonly Option<string?> _from = new Option<string?>("--from")
    {
        Description = "The program that trained them, which decides colors, means and strides. Default: detected from the tensor names.",
    }.AcceptOnlyFromAmong([.. s_sources.Keys]);

    private readonly Option<string?> _config = new("--config")
    {
        Description = "The configuration of the network, to write a whole model. Without it, a backbone for model.weights is written.",
        HelpName = "CONFIG",
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The safetensors file to write.",
        HelpName = "MODEL",
        Required = true,
    };

    /// <param name="console">Where the result is told.</param>
    public ImportCommand(ToolConsole console)
        : base(
            console,
            "import",
            "Make a backbone or a model of weights that another program trained.",
            "panoptes import resnet50-0676ba61.pth --output resnet50.safetensors",
            "panoptes import R-50.pkl --from detectron2 --output R-50.safetensors",
            "panoptes import MEInst_R_50_1x_none.pth --config papers/meinst/table5_base --output meinst.safetensors")
    {
        _config.CompletionSources.Add(_ => ConfigArguments.Names());
        Arguments.Add(_file);
        Arguments.Add(_settings);
        AddOptions(_from, _config, _output);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string output = OutputFile.Prepare("--output", arguments.GetRequiredValue(_output));
        OutputGuard.ThrowIfSame(output, arguments.GetRequiredValue(_file));
        ImportOptions options = new()
        {
            Source = arguments.GetValue(_from) is { } source ? s_sources[source] : null,
            Config = arguments.GetValue(_config),
            Settings = arguments.GetValue(_settings) ?? [],
        };
        ImportResult result = await ReadAsync(
            () => WeightImport.Run(arguments.GetRequiredValue(_file), output, options), cancellationToken).ConfigureAwait(false);
        WriteResult(arguments, json => WriteJson(json, result, output), () => WriteText(result, output));
        return ExitCode.Done;
    }

    private void WriteText(ImportResult result, string output)
    {
        string source = result.Source.ToString().ToLowerInvariant();
        Console.Output.WriteLine($"{output}: {(result.IsModel ? "a model" : "a backbone")}, {result.Backbone}, from {source}");
        Console.Output.WriteLine($"input      {result.ChannelOrder}, mean {List(result.Mean)}, std {List(result.Std)}");
        Console.Output.WriteLine(
            $"backbone   stride in the {(result.StrideIn1x1 ? "1x1" : "3x3")}, epsilon {Text(result.NormEpsilon)}");
        Console.Output.WriteLine($"matched    {result.Matched.Count} tensors");
        WriteList("missing", "of the network, which keep their initial values", result.Missing);
        WriteList("left over", "of the file, which are not used", result.LeftOver);
    }

    private void WriteList(string title, string meaning, IReadOnlyList<string> lines)
    {
        Console.Output.WriteLine($"{title,-10} {lines.Count} tensors{(lines.Count > 0 ? $" {meaning}:" : "")}");
        foreach (string line in lines.Take(MostLines)) Console.Output.WriteLine($"  {line}");
        if (lines.Count > MostLines) Console.Output.WriteLine($"  and {lines.Count - MostLines} more; --json lists all");
    }

    private static void WriteJson(Utf8JsonWriter json, ImportResult result, string output)
    {
        json.WriteStartObject();
        json.WriteString("output"u8, Path.GetFullPath(output));
        json.WriteString("from"u8, result.Source.ToString().ToLowerInvariant());
        json.WriteString("kind"u8, result.IsModel ? "model" : "backbone");
        json.WriteString("backbone"u8, result.Backbone);
        json.WriteString("channel_order"u8, result.ChannelOrder);
        WriteNumbers("mean", result.Mean);
        WriteNumbers("std", result.Std);
        json.WriteBoolean("stride_in_1x1"u8, result.StrideIn1x1);
        json.WriteNumber("norm_epsilon"u8, result.NormEpsilon);
        json.WriteStartObject("matched"u8);
        foreach ((string name, string source) in result.Matched) json.WriteString(name, source);
        json.WriteEndObject();
        WriteTexts("missing", result.Missing);
        WriteTexts("left_over", result.LeftOver);
        json.WriteEndObject();

        void WriteNumbers(string name, IReadOnlyList<double> values)
        {
            json.WriteStartArray(name);
            foreach (double value in values) json.WriteNumberValue(value);
            json.WriteEndArray();
        }

        void WriteTexts(string name, IReadOnlyList<string> values)
        {
            json.WriteStartArray(name);
            foreach (string value in values) json.WriteStringValue(value);
            json.WriteEndArray();
        }
    }

    private static string List(IEnumerable<double> values) => $"[{string.Join(", ", values.Select(Text))}]";

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
