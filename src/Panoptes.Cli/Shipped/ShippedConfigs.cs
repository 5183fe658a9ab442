using System.Globalization;
using Panoptes.Training.Configuration;

namespace Panoptes.Cli.Shipped;

/// <summary>The configurations that come with the tool, in <c>configs/</c> next to it.</summary>
internal static class ShippedConfigs
{
    /// <summary>The folders of it whose files are complete configurations; the others hold pieces.</summary>
    private static readonly string[] s_folders = ["demo", "models", "papers"];

    /// <summary>The folder that holds them.</summary>
    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "configs");

    /// <summary>All complete configurations, by name.</summary>
    public static IReadOnlyList<ShippedConfig> All() => [.. Files().Select(Read)];

    /// <summary>
    /// The file that the user means: the path if it is one, else a shipped configuration of that name, with or without its folder
    /// and extension.
    /// </summary>
    /// <exception cref="InputException">It is neither.</exception>
    public static string Resolve(string pathOrName)
    {
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
        string[] names = [.. Files().Select(NameOf)];
        string? near = Nearest.To(name, [.. names, .. names.Select(n => n.Split('/')[^1])]);
        string hint = near is null ? "" : $"; did you mean '{near}'?";
        throw new InputException($"'{pathOrName}' is neither a file nor a shipped configuration{hint} (see 'panoptes model list')");
    }

    private static IEnumerable<string> Files() => s_folders
        .Select(folder => Path.Combine(Root, folder))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories))
        .Where(file => Path.GetFileName(file) != "base.yaml")
        .Order(StringComparer.Ordinal);

    private static string NameOf(string file) => Path.ChangeExtension(Path.GetRelativePath(Root, file).Replace('\\', '/'), null);

    private static ShippedConfig Read(string file)
    {
        PanoptesConfig config = ConfigLoader.Load(file);
        return new ShippedConfig(NameOf(file), file, HeadComment(file) ?? Describe(config), config);
    }

    /// <summary>The comment lines at the start of a file, joined; null where it starts with something else.</summary>
    private static string? HeadComment(string file)
    {
        string[] lines = [.. File.ReadLines(file).TakeWhile(line => line.StartsWith('#')).Select(line => line.TrimStart('#').Trim())];
        return lines.Length == 0 ? null : string.Join(' ', lines);
    }

    private static string Describe(PanoptesConfig config)
    {
        ModelConfig model = config.Model;
        ScheduleConfig schedule = config.Schedule;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Method}, {model.Backbone.Type}, FPN; {schedule.Iterations:N0} iterations of {schedule.BatchSize} images");
    }
}
