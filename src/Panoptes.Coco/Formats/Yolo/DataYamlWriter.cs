using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Panoptes.Coco.Formats.Yolo;

/// <summary>Writes a YOLO dataset's <c>data.yaml</c>.</summary>
internal static partial class DataYamlWriter
{
    /// <summary>The file's text.</summary>
    /// <param name="splits">The parts, by name: a folder each.</param>
    /// <param name="names">The classes.</param>
    public static string Write(IEnumerable<(string Name, string Folder)> splits, IReadOnlyList<string> names)
    {
        using StringWriter text = new(CultureInfo.InvariantCulture);
        // No line is folded: a name may be of any length.
        Emitter yaml = new(text, new EmitterSettings().WithNewLine("\n").WithBestWidth(int.MaxValue));
        yaml.Emit(new StreamStart());
        yaml.Emit(new DocumentStart(null, null, isImplicit: true));
        yaml.Emit(new MappingStart());
        foreach ((string name, string folder) in splits)
        {
            yaml.Emit(new Scalar(name));
            yaml.Emit(Text(folder));
        }

        yaml.Emit(new Scalar("names"));
        yaml.Emit(new MappingStart());
        foreach ((int index, string name) in names.Index())
        {
            yaml.Emit(new Scalar(index.ToString(CultureInfo.InvariantCulture)));
            yaml.Emit(Text(name));
        }

        yaml.Emit(new MappingEnd());
        yaml.Emit(new MappingEnd());
        yaml.Emit(new DocumentEnd(isImplicit: true));
        yaml.Emit(new StreamEnd());
        return text.ToString();
    }

    private static Scalar Text(string value) => new(
        AnchorName.Empty,
        TagName.Empty,
        value,
        IsNoText(value) ? ScalarStyle.DoubleQuoted : ScalarStyle.Any,
        isPlainImplicit: true,
        isQuotedImplicit: true);

    // A class may be called 'no' or '7', which are no texts to YAML (1.1's too) unless they are quoted.
    private static bool IsNoText(string value) => value.Length == 0 || Keyword().IsMatch(value) || char.IsAsciiDigit(value[0])
        || value[0] is '+' or '-' or '.' or '=' or '<';

    [GeneratedRegex("^(y|n|yes|no|on|off|true|false|null|~)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Keyword();
}
