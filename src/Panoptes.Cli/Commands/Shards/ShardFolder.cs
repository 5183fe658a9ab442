using System.Globalization;
using System.Text.RegularExpressions;
using Panoptes.Training.Distributed;

namespace Panoptes.Cli.Commands.Shards;

/// <summary>
/// A folder within that of the results, in which the shards of an array job keep what a merge needs, in files of their own such as
/// <c>003-of-016.jsonl</c>.
/// </summary>
/// <param name="output">The folder of the results.</param>
/// <param name="name">The folder's name in it.</param>
/// <param name="command">The command that makes shards, for messages.</param>
internal sealed partial class ShardFolder(string output, string name, string command)
{
    /// <summary>The extension of lists of the files that shards have written.</summary>
    public const string ListExtension = ".files";

    private const string Extension = ".jsonl";
    private const int MostShown = 8;

    /// <summary>The shards of <c>predict</c>.</summary>
    public static ShardFolder OfPredictions(string output) => new(output, ".panoptes-shards", "panoptes predict");

    /// <summary>The shards of <c>eval</c>.</summary>
    public static ShardFolder OfEvaluations(string output) => new(output, ".panoptes-eval", "panoptes eval");

    /// <summary>The folder.</summary>
    public string Path { get; } = System.IO.Path.Combine(output, name);

    private string Retired => Path + "-merged";

    /// <summary>A shard's file, whose folder is made.</summary>
    public string Create(Shard shard)
    {
        Directory.CreateDirectory(Path);
        return FileOf(shard);
    }

    /// <summary>The files of all shards, in their order.</summary>
    /// <exception cref="InputException">There is none, there are shards of several jobs, or some are missing.</exception>
    public IReadOnlyList<string> RequireAll()
    {
        RemoveRetired();
        List<(Shard Shard, string File)> found = [];
        if (Directory.Exists(Path))
        {
            foreach (string file in Directory.EnumerateFiles(Path, "*" + Extension).Order(StringComparer.Ordinal))
            {
                if (Parse(System.IO.Path.GetFileName(file)) is { } shard) found.Add((shard, file));
            }
        }

        if (found.Count == 0)
        {
            throw InputException.ForSetting(
                null, $"'{output}' has no shards to merge ({Path}); '{command} ... --shard I/N --output {output}' makes them", InputErrorKind.NotFound);
        }

        int count = found[0].Shard.Count;
        if (found.FirstOrDefault(other => other.Shard.Count != count) is { File: { } odd })
        {
            throw new InputException(
                InputErrorKind.Invalid, odd, null,
                $"it is of another job than {System.IO.Path.GetFileName(found[0].File)}; remove the files of the one that does not count");
        }

        Dictionary<int, string> files = found.ToDictionary(one => one.Shard.Number, one => one.File);
        int[] missing = [.. Enumerable.Range(1, count).Where(number => !files.ContainsKey(number))];
        return missing.Length == 0 ? [.. Enumerable.Range(1, count).Select(number => files[number])] : throw Unfinished(missing, count);
    }

    /// <summary>Says which shards are not done.</summary>
    /// <param name="numbers">Their numbers.</param>
    /// <param name="count">How many shards there are.</param>
    /// <param name="how">What is added to the command that starts them; null for nothing.</param>
    public InputException Unfinished(IReadOnlyList<int> numbers, int count, string? how = null)
    {
        string shown = string.Join(", ", numbers.Take(MostShown).Select(number => $"{number}/{count}"));
        string more = numbers.Count > MostShown ? $" and {numbers.Count - MostShown} more" : "";
        string which = numbers.Count == 1 ? $"shard {shown} is" : $"shards {shown}{more} are";
        return InputException.ForSetting(
            null, $"'{output}': {which} not done. Start the same '{command}' again with --shard {numbers[0]}/{count}{how}, then merge");
    }

    /// <summary>Removes the folder after a merge.</summary>
    /// <remarks>In one step: a merge that is interrupted finds all shards or none.</remarks>
    public void Retire()
    {
        RemoveRetired();
        Directory.Move(Path, Retired);
        RemoveRetired();
    }

    private void RemoveRetired()
    {
        if (Directory.Exists(Retired)) Directory.Delete(Retired, recursive: true);
    }

    private string FileOf(Shard shard) => System.IO.Path.Combine(
        Path, string.Create(CultureInfo.InvariantCulture, $"{shard.Number:000}-of-{shard.Count:000}{Extension}"));

    private Shard? Parse(string file)
    {
        Match match = Name().Match(file);
        if (!match.Success) return null;
        int number = int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        int count = int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);
        if (number < 1 || number > count || count > Shard.MaxCount) return null;
        Shard shard = new(number, count);
        return System.IO.Path.GetFileName(FileOf(shard)) == file ? shard : null; // 01-of-4 would be shard 1 a second time
    }

    [GeneratedRegex(@"^([0-9]{3,6})-of-([0-9]{3,6})\.jsonl$")]
    private static partial Regex Name();
}
