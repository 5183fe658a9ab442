using Panoptes.Training.Configuration;

namespace Panoptes.Cli.Commands.Train.Folders;

/// <summary>A run on a folder of labeled images.</summary>
/// <param name="Config">What is trained.</param>
/// <param name="Arguments">The arguments that repeat it: the configuration by name, the folder, every setting.</param>
/// <param name="Remarks">What was found, converted and chosen, a line each.</param>
internal sealed record FolderRun(PanoptesConfig Config, IReadOnlyList<string> Arguments, IReadOnlyList<string> Remarks)
{
    /// <summary>What the folder gives for <c>data.train</c> and <c>data.val</c>.</summary>
    private static readonly string[] s_paths = ["images", "annotations", "panoptic", "panoptic_folder"];

    /// <summary>Reads the folder and makes the configuration.</summary>
    /// <param name="folder">The dataset's folder.</param>
    /// <param name="config">The configuration's file or shipped name; null chooses one.</param>
    /// <param name="overrides">The user's <c>key=value</c> arguments.</param>
    /// <param name="output">The folder for annotations that have to be written.</param>
    /// <param name="progress">Told how far conversions are.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">The folder, the configuration or a setting is wrong.</exception>
    public static FolderRun Prepare(
        string folder,
        string? config,
        IReadOnlyList<string> overrides,
        string output,
        IProgress<(string Stage, int Done, int Total)>? progress,
        CancellationToken cancellationToken)
    {
        if (overrides.FirstOrDefault(setting => NamesPathOf("data.train", setting)) is { } twice)
        {
            throw InputException.ForSetting(twice, $"the folder '{folder}' gives it; leave one of the two out");
        }

        // Read before the data, which may take long: what is wrong with a setting shows at once.
        PanoptesConfig? named = config is null ? null : ShippedConfigs.Load(config, overrides);
        bool ownVal = overrides.Any(setting => NamesPathOf("data.val", setting));
        DataConfig sizes = (named ?? ConfigLoader.Parse("{}", "settings", overrides.Where(IsLimit))).Data;
        InputLimits limits = InputLimits.Default with { MaxPixels = sizes.MaxPixels, MaxSide = sizes.MaxSide };
        FolderData data = new FolderReader(folder, output, limits)
            .Read(named?.Model.IsPanoptic == true, !ownVal, progress, cancellationToken);

        List<string> remarks = [.. data.Remarks];
        if (named is not null) return Of(named, config!, overrides);
        ConfigChoice choice = ChooseFor(data, overrides);
        bool ownSize = overrides.Any(IsSize);
        string[] settings =
        [
            .. choice.Settings.Where(setting => !overrides.Any(own => KeyOf(own) == KeyOf(setting)) && !(ownSize && IsSize(setting))),
            .. overrides,
        ];
        PanoptesConfig chosen = ShippedConfigs.Load(choice.Name, settings);
        remarks.Add($"configuration: {choice.Name}, {chosen.Schedule.Iterations} iterations of {chosen.Schedule.BatchSize} images, "
            + (chosen.Model.Weights is { } weights ? $"from {weights}" : "from random weights"));
        return Of(chosen, choice.Name, settings);

        FolderRun Of(PanoptesConfig wanted, string name, IEnumerable<string> given)
        {
            DataConfig own = wanted.Data;
            PanoptesConfig complete = wanted with
            {
                Data = own with
                {
                    Root = null,
                    Train = data.Train with { Limit = own.Train.Limit },
                    Val = ownVal ? own.Val : data.Val with { Limit = own.Val.Limit },
                },
            };
            return new FolderRun(complete, [name, "--data", folder, .. given], remarks);
        }
    }

    private static bool IsLimit(string setting) => KeyOf(setting) is "data.max_pixels" or "data.max_side";

    /// <summary>Chooses by the data, and the weights and the length that are given: other settings fit what is yet to be chosen.</summary>
    private static ConfigChoice ChooseFor(FolderData data, IReadOnlyList<string> overrides)
    {
        const string weights = "model.weights";
        const string iterations = "schedule.iterations";
        PanoptesConfig given = ConfigLoader.Parse("", "arguments", overrides.Where(setting => KeyOf(setting) is weights or iterations));
        int? length = overrides.Any(setting => KeyOf(setting) == iterations) ? given.Schedule.Iterations : null;
        string? start = overrides.Any(setting => KeyOf(setting) == weights) ? given.Model.Weights : ModelConfig.ImageNet;
        return ConfigChoice.For(data, start, length);
    }

    private static bool IsSize(string setting) => KeyOf(setting) is "input.short_side" or "input.long_side";

    private static bool NamesPathOf(string part, string setting) => s_paths.Any(path => KeyOf(setting) == $"{part}.{path}");

    private static string KeyOf(string setting) => setting[..Math.Max(0, setting.IndexOf('=', StringComparison.Ordinal))].Trim();
}
