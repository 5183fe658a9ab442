using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Panoptes.Cli.Input;
using Panoptes.Cli.Parsing;
using Panoptes.Cli.Terminal;
using Panoptes.Coco.Codecs;
using Panoptes.Inference.MEInst;
using Panoptes.Training.Models.MEInst;

namespace Panoptes.Cli.Commands.Codec;

/// <summary><c>panoptes codec fit</c>: MEInst's mask encoding, fitted to a dataset.</summary>
internal sealed class CodecFitCommand : ToolCommand
{
    private readonly Option<string> _annotations = new("--annotations")
    {
        Description = "The dataset: a COCO instance JSON with masks.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _output = new("--output")
    {
        Description = "The codec to write.",
        HelpName = "CODEC.safetensors",
        Required = true,
    };

    private readonly Option<string> _kind = new Option<string>("--kind")
    {
        Description = "Principal components, as in the paper, or an auto-encoder, which starts from them and is trained.",
        DefaultValueFactory = _ => "pca",
    }.AcceptOnlyFromAmong("pca", "autoencoder");

    private readonly Option<int> _size = new("--size")
    {
        Description = "The side of the square that masks are drawn in, in pixels.",
        HelpName = "N",
        DefaultValueFactory = _ => new MaskCodecOptions().Size,
    };

    private readonly Option<int> _dim = new("--dim")
    {
        Description = "Number of coefficients that encode a mask.",
        HelpName = "N",
        DefaultValueFactory = _ => new MaskCodecOptions().Dimension,
    };

    private readonly Option<string> _space = new Option<string>("--space")
    {
        Description = "Use the components of the logits of smoothed pixels, or of the pixels themselves.",
        DefaultValueFactory = _ => "logit",
    }.AcceptOnlyFromAmong("logit", "binary");

    private readonly Option<string> _smoothing = new Option<string>("--smoothing")
    {
        Description = "How pixels are smoothed for logits: by a constant, or at random as in the authors' code.",
        DefaultValueFactory = _ => "constant",
    }.AcceptOnlyFromAmong("constant", "random");

    private readonly Option<bool> _whiten = new("--whiten")
    {
        Description = "Divide the coefficients by their standard deviation.",
        HelpName = "true|false",
        DefaultValueFactory = _ => true,
        Arity = ArgumentArity.ExactlyOne,
    };

    private readonly Option<bool> _byClass = new("--by-class") { Description = "Fit separate components for each class." };

    private readonly Option<int> _hidden = new("--hidden")
    {
        Description = "For an auto-encoder: units in its hidden layer.",
        HelpName = "N",
        DefaultValueFactory = _ => new AutoencoderOptions().Hidden,
    };

    private readonly Option<int> _steps = new("--steps")
    {
        Description = "For an auto-encoder: training steps, 256 masks each.",
        HelpName = "N",
        DefaultValueFactory = _ => new AutoencoderOptions().Steps,
    };

    private readonly Option<int> _seed = new("--seed")
    {
        Description = "For an auto-encoder: the seed of its initial weights and of the order of the masks.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    /// <param name="console">Where the result is told.</param>
    public CodecFitCommand(ToolConsole console)
        : base(
            console,
            "fit",
            "Fit MEInst's mask encoding to the masks of a dataset.",
            "panoptes codec fit --annotations instances_train2017.json --output codec.safetensors",
            "panoptes codec fit --annotations instances.json --output codec.safetensors --dim 40 --space binary",
            "panoptes codec fit --annotations instances.json --output codec.safetensors --kind autoencoder")
    {
        AddOptions(_annotations, _output, _kind, _size, _dim, _space, _smoothing, _whiten, _byClass, _hidden, _steps, _seed);
    }

    /// <inheritdoc />
    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        bool isPca = arguments.GetValue(_kind) == "pca";
        RefuseOthers(arguments, isPca);
        string output = OutputFile.Prepare("--output", arguments.GetRequiredValue(_output));
        int size = InputNumber.AtLeastOne(arguments, _size);
        _ = InputNumber.AtLeastOne(arguments, _dim);
        _ = InputNumber.AtLeastOne(arguments, _hidden);
        _ = InputNumber.AtLeastOne(arguments, _steps);
        long start = Stopwatch.GetTimestamp();
        MaskSet masks = await ReadAsync(() => MaskSet.Load(arguments.GetRequiredValue(_annotations), size), cancellationToken)
            .ConfigureAwait(false);
        double load = Stopwatch.GetElapsedTime(start).TotalSeconds;
        start = Stopwatch.GetTimestamp();
        MaskCodec codec = isPca
            ? await ReadAsync(() => FitPca(arguments, masks), cancellationToken).ConfigureAwait(false)
            : await FitAutoencoder(arguments, masks, cancellationToken).ConfigureAwait(false);
        double fit = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cancellationToken.ThrowIfCancellationRequested();
        CodecFile.Save(output, codec);
        double? explained = (codec as PcaCodec)?.ExplainedVariance;
        WriteResult(arguments, WriteJson, WriteText);
        return ExitCode.Done;

        void WriteJson(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("codec"u8, output);
            json.WriteString("kind"u8, arguments.GetRequiredValue(_kind));
            json.WriteNumber("size"u8, codec.Size);
            json.WriteNumber("dim"u8, codec.Dimension);
            json.WriteNumber("masks"u8, masks.Count);
            if (explained is not null) json.WriteNumber("explained_variance"u8, explained.Value);
            json.WriteStartObject("seconds"u8);
            json.WriteNumber("load"u8, load);
            json.WriteNumber("fit"u8, fit);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        void WriteText()
        {
            string share = explained is null ? " of an auto-encoder" : $", {100 * explained.Value:0.0} % of their variance";
            Console.Output.WriteLine($"codec  {output}");
            Console.Output.WriteLine(
                $"{masks.Count} masks of {size}x{size} as {codec.Dimension} numbers{share}; {load:0.0} s to read, {fit:0.0} s to fit");
        }
    }

    private PcaCodec FitPca(ParseResult arguments, MaskSet masks) => PcaFit.Fit(masks, new MaskCodecOptions
    {
        Size = arguments.GetValue(_size),
        Dimension = arguments.GetValue(_dim),
        Space = arguments.GetValue(_space) == "binary" ? MaskSpace.Binary : MaskSpace.Logit,
        Smoothing = arguments.GetValue(_smoothing) == "random" ? MaskSmoothing.Random : MaskSmoothing.Constant,
        Whiten = arguments.GetValue(_whiten),
        ByClass = arguments.GetValue(_byClass),
    });

    private Task<AutoencoderCodec> FitAutoencoder(ParseResult arguments, MaskSet masks, CancellationToken cancellationToken)
    {
        AutoencoderOptions options = new()
        {
            Dimension = arguments.GetValue(_dim),
            Hidden = arguments.GetValue(_hidden),
            Steps = arguments.GetValue(_steps),
            Seed = arguments.GetValue(_seed),
        };
        return ProgressDisplay.RunAsync(Console, progress => Task.FromResult(
            AutoencoderFit.Fit(masks, options, new ImageProgress("fit", progress), cancellationToken)));
    }

    /// <summary>An option of the other kind would be ignored: it is refused.</summary>
    private void RefuseOthers(ParseResult arguments, bool isPca)
    {
        foreach (Option option in isPca ? new Option[] { _hidden, _steps, _seed } : [_space, _smoothing, _whiten, _byClass])
        {
            if (arguments.IsTyped(option))
            {
                (string owner, string asked) = isPca ? ("autoencoder", "pca") : ("pca", "autoencoder");
                throw InputException.ForSetting(option.Name, $"belongs to --kind {owner}, not to {asked}");
            }
        }
    }
}
