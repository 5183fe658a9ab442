using System.Globalization;
using Panoptes.Training.Engine;

namespace Panoptes.Cli.Output;

/// <summary>What a run begins with, as text.</summary>
internal static class SetupText
{
    /// <summary>A line each for the data, the network, the device and the folder.</summary>
    public static IEnumerable<string> Of(TrainingSetup setup)
    {
        string objects = setup.Instances is { } count ? $"{Number(count)} {Plural(count, "instance")} of " : "";
        string stuff = setup.StuffClasses > 0 ? $", {Number(setup.StuffClasses)} of stuff" : "";
        string evaluated = setup.ValidationImages is { } images
            ? $"evaluated on {Number(images)} {Plural(images, "image")}"
            : "not evaluated (data.val is not set)";
        yield return $"data     {Number(setup.Images)} {Plural(setup.Images, "image")}, {objects}"
            + $"{Number(setup.Classes)} {(setup.Classes == 1 ? "class" : "classes")}{stuff}; {evaluated}";
        yield return $"network  {setup.Method}, {setup.Backbone}, "
            + $"{Number(setup.Parameters)} parameters, {Start(setup)}";
        string processes = setup.Processes > 1 ? $"{Number(setup.Processes)} processes, each with " : "";
        yield return $"device   {setup.Device}, {setup.Precision}, {processes}{Number(setup.Threads)} {Plural(setup.Threads, "thread")}";
        yield return $"run      {setup.Run}";
    }

    private static string Start(TrainingSetup setup) => setup.Iteration > 0 ? $"continues after iteration {Number(setup.Iteration)}"
        : setup.Weights is { } file ? $"begins with {file}"
        : "begins with random weights";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Plural(long count, string noun) => count == 1 ? noun : noun + "s";
}
