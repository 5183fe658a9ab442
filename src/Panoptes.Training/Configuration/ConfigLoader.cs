using Panoptes.Training.Configuration.Binding;

namespace Panoptes.Training.Configuration;

/// <summary>
/// Reads configurations: YAML (or JSON) files that extend others, and <c>key=value</c> arguments over them. Strict: whatever the
/// records do not know is refused, with the file, the line, the key, the value and what is allowed.
/// </summary>
/// <remarks>
/// <c>extends:</c> names a file, or a list of files of which later ones win, relative to the file it stands in. Mappings merge key by
/// key; lists and values are replaced. A single value may stand for a list of one. Paths come out absolute: written in a file they start
/// at that file's folder (those of <c>data.train</c> and <c>data.val</c> at <c>data.root</c>, if set); written as an argument, at the
/// current directory.
/// </remarks>
public static class ConfigLoader
{
    /// <summary>Loads a file and lays the arguments over it.</summary>
    /// <param name="path">The YAML or JSON file.</param>
    /// <param name="overrides">Arguments such as <c>input.short_side=[640, 800]</c>; later ones win.</param>
    /// <param name="currentDirectory">Where relative paths of arguments start; null is the process's.</param>
    /// <exception cref="InputException">A file, key or value is wrong.</exception>
    public static PanoptesConfig Load(string path, IEnumerable<string>? overrides = null, string? currentDirectory = null)
    {
        string folder = Path.GetFullPath(currentDirectory ?? Environment.CurrentDirectory);
        return Finish(new ConfigFileReader(folder).Read(path), overrides, folder);
    }

    /// <summary>Loads a file with a layer over it, below the arguments: what is known better than the file knows it.</summary>
    /// <param name="path">The file; null for only the layer.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="overrides">As in <see cref="Load"/>.</param>
    /// <exception cref="InputException">A file, key or value is wrong.</exception>
    internal static PanoptesConfig LoadUnder(string? path, MappingNode layer, IEnumerable<string> overrides)
    {
        string folder = Environment.CurrentDirectory;
        return Finish(path is null ? layer : new ConfigFileReader(folder).Read(path).Overlay(layer), overrides, folder);
    }

    /// <summary>Loads text, such as the configuration stored in a model file; paths in it start at the current directory.</summary>
    /// <param name="text">The YAML or JSON.</param>
    /// <param name="name">How messages call it.</param>
    /// <param name="overrides">As in <see cref="Load"/>.</param>
    /// <param name="currentDirectory">As in <see cref="Load"/>.</param>
    /// <exception cref="InputException">A key or value is wrong; <c>extends</c> is, since the text stands in no file.</exception>
    public static PanoptesConfig Parse(string text, string name, IEnumerable<string>? overrides = null, string? currentDirectory = null)
    {
        string folder = Path.GetFullPath(currentDirectory ?? Environment.CurrentDirectory);
        return Finish(ConfigFileReader.ReadText(text, name, folder), overrides, folder);
    }

    private static PanoptesConfig Finish(MappingNode root, IEnumerable<string>? overrides, string folder)
    {
        Origin file = root.Origin;
        foreach (string argument in overrides ?? []) root = root.Overlay(OverrideReader.Read(argument, folder));
        PanoptesConfig config = ConfigBinder.Bind(WeightDefaults.Under(root));
        if (ConfigValidator.Check(config) is [ConfigProblem problem, ..])
        {
            // A key that is not set may not fit what the file says about another one.
            throw root.Find(problem.Key)?.Origin is Origin origin
                ? origin.Invalid($"{problem}")
                : file.InvalidTogether($"{problem}");
        }
        return config;
    }
}
