using Panoptes.Cli.Commands.Shards;
using Panoptes.Cli.Input;

namespace Panoptes.Cli.Commands.Predict.Merging;

/// <summary>Copies shards that wrote into folders of their own, on separate disks, into the one folder that is merged.</summary>
internal static class ShardGathering
{
    /// <summary>Copies the results of shards; the folders that they come from stay as they are.</summary>
    /// <param name="folders">Folders with shards; the output may be one of them.</param>
    /// <param name="output">The folder that receives them; made if it is not there.</param>
    /// <exception cref="InputException">A folder has no shards, or two have the same one.</exception>
    public static void Gather(IReadOnlyList<string> folders, string output)
    {
        string[] others = [.. folders.Where(folder => !PathComparison.AreSame(folder, output))];
        Dictionary<string, string> owners = new(PathComparison.Comparer);
        foreach (string folder in folders)
        {
            string shards = ShardFolder.OfPredictions(folder).Path;
            string[] files = Directory.Exists(shards) ? [.. Directory.GetFiles(shards).Select(file => Path.GetFileName(file)).Order()] : [];
            if (files.Length == 0)
            {
                throw InputException.ForSetting(null, $"'{folder}' has no shards to merge ({shards})", InputErrorKind.NotFound);
            }

            foreach (string file in files)
            {
                if (!owners.TryAdd(file, folder))
                {
                    throw InputException.ForSetting(null, $"'{owners[file]}' and '{folder}' both have {file}; each shard is merged once");
                }
            }
        }

        if (others.Length > 0) OutputFolder.Create(output);
        foreach (string folder in others)
        {
            string shards = ShardFolder.OfPredictions(folder).Path;
            foreach (string list in Directory.GetFiles(shards, "*" + ShardFolder.ListExtension))
            {
                foreach (string name in File.ReadLines(list).Where(name => !name.EndsWith('/'))) Copy(name, folder, output, list);
            }

            // The manifests come last: a gathering that was interrupted is not mistaken for shards that are done.
            foreach (string file in Directory.GetFiles(shards).OrderBy(file => !file.EndsWith(ShardFolder.ListExtension, StringComparison.Ordinal)))
            {
                Copy(Path.GetRelativePath(folder, file), folder, output, list: file);
            }
        }
    }

    private static void Copy(string name, string folder, string output, string list)
    {
        string source = Path.Combine(folder, name);
        if (!PathComparison.IsInside(folder, source))
        {
            throw new InputException(InputErrorKind.Invalid, list, null, $"it lists '{name}', which is not in the folder");
        }

        if (!File.Exists(source)) return; // of an image that was done again; results that count are looked for by the merge
        string target = Path.Combine(output, name);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using FileStream from = File.OpenRead(source);
        AtomicFile.Write(target, from.CopyTo);
    }
}
