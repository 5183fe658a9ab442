using System.Globalization;

namespace Panoptes.Training.Configuration;

/// <summary>
/// The configurations that come with the library, as YAML files in <c>configs/</c> next to the application: networks, recipes, and each row
/// of the papers' tables.
/// </summary>
/// <example><code>
/// PanoptesConfig config = ShippedConfigs.Load("embedmask_slim", ["schedule.minutes=30"]);
/// </code></example>
public static class ShippedConfigs
{
    /// <summary>The folders of it whose files are complete configurations, or are so with data; the others hold pieces.</summary>
    public static IReadOnlyList<ShippedGroup> Groups { get; } =
    [
        new("models", "networks to train; the short name will do, such as embedmask_r50_fpn_1x"),
        new("recipes", "whole runs on small datasets, and on a few images to overfit"),
        new("demo", "what the demo trains"),
        new("papers", "a configuration for each row of the papers' tables"),
    ];

    /// <summary>The folder that holds them.</summary>
    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "configs");

    /// <summary>Reads all complete configurations, by group and name.</summary>
    /// <exception cref="InputException">A file was changed, and is not a configuration any more.</exception>
    public static IReadOnlyList<ShippedConfig> All() => [.. Files().Select(Read)];

    /// <summary>The names of <see cref="All"/>, without reading them.</summary>
    public static IReadOnlyList<string> Names() => [.. Files().Select(NameOf)];

    /// <summary>Loads a configuration by its name, or a file, and lays arguments over it.</summary>
    /// <param name="pathOrName">A name that <see cref="Names"/> lists, such as <c>models/embedmask_slim</c>; the folder <c>models</c> may
    /// be omitted. Or a path.</param>
    /// <param name="overrides">Arguments such as <c>schedule.iterations=1000</c>; later ones win.</param>
    /// <exception cref="InputException">There is no such configuration, or a key or value is wrong.</exception>
    public static PanoptesConfig Load(string pathOrName, IEnumerable<string>? overrides = null) =>
        ConfigLoader.Load(Resolve(pathOrName), overrides);

    /// <summary>
    /// The file that the user means: the path if it is one, else a shipped configuration of that name, with or without its folder
    /// and extension.
    /// </summary>
    /// <exception cref="InputException">It is neither.</exception>
    internal static string Resolve(string pathOrName)
    {
        ArgumentException.ThrowIfNullOrEmpty(pathOrName);
        if (File.Exists(pathOrName) || Path.IsPathRooted(pathOrName)) return pathOrName;
        string name = pathOrName.Replace('\\', '/');
        if (name.StartsWith("configs/", StringComparison.Ordinal)) name = name["configs/".Length..];
        foreach (string folder in new[] { "", "models" })
        {
            string file = Path.Combine(Root, folder, name);
            if (!file.EndsWith(".yaml", StringComparison.Ordinal)) file += ".yaml";
            if (File.Exists(file)) return file;
        }

        // A path that does not exist is the loader's to complain about; a bare word was meant as a name.
        if (Path.GetExtension(name) is ".yaml" or ".yml" or ".json") return pathOrName;
        IReadOnlyList<string> names = Names();
        string? near = Nearest.To(name, [.. names, .. names.Select(n => n.Split('/')[^1])]);
        string hint = near is null ? "" : $"; did you mean '{near}'?";
        throw InputException.ForSetting(
            null,
            $"'{pathOrName}' is neither a file nor a shipped configuration{hint} (see ShippedConfigs.Names)");
    }

    private static IEnumerable<string> Files() =>
        from @group in Groups
        let folder = Path.Combine(Root, @group.Name)
        where Directory.Exists(folder)
        from file in Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        where Path.GetFileName(file) != "base.yaml"
        select file;

    private static string NameOf(string file) => Path.ChangeExtension(Path.GetRelativePath(Root, file).Replace('\\', '/'), null);

    private static ShippedConfig Read(string file)
    {
        PanoptesConfig config = ConfigLoader.Load(file);
        string name = NameOf(file);
        return new ShippedConfig(name, name.Split('/')[0], file, HeadComment(file) ?? Describe(config), config);
    }

    /// <summary>The comment at the start of a file, to the end of the first line that ends a sentence; null if there is none.</summary>
    private static string? HeadComment(string file)
    {
        List<string> lines = [];
        foreach (string line in File.ReadLines(file).TakeWhile(line => line.StartsWith('#')))
        {
            lines.Add(line.TrimStart('#').Trim());
            if (lines[^1].EndsWith('.')) break;
        }

        return lines.Count == 0 ? null : string.Join(' ', lines);
    }

    private static string Describe(PanoptesConfig config)
    {
        ModelConfig model = config.Model;
        ScheduleConfig schedule = config.Schedule;
        string deformable = model.Backbone.Deformable.Version != DeformableVersion.None ? ", deformable convolutions" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Method}, {model.Backbone.Type}{deformable}; {schedule.Iterations:N0} iterations of {schedule.BatchSize} images");
    }
}
