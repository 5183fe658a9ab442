using Panoptes.Training.Configuration.Binding;

namespace Panoptes.Training.Configuration;

/// <summary>A key whose value differs between two configurations.</summary>
/// <param name="Key">The dotted key, such as <c>schedule.iterations</c>.</param>
/// <param name="Before">Its value in the first one, as it is written in a file.</param>
/// <param name="After">Its value in the second one.</param>
public sealed record ConfigChange(string Key, string Before, string After)
{
    /// <summary>Every key in which two configurations differ, in the order of the records; none when they are equal.</summary>
    public static IReadOnlyList<ConfigChange> Between(PanoptesConfig before, PanoptesConfig after)
    {
        List<ConfigChange> changes = [];
        Compare(before, after, typeof(PanoptesConfig), "", changes);
        return changes;
    }

    private static void Compare(object before, object after, Type type, string prefix, List<ConfigChange> changes)
    {
        foreach (ConfigKey key in ConfigKey.Of(type))
        {
            object? first = key.Property.GetValue(before);
            object? second = key.Property.GetValue(after);
            if (Equals(first, second)) continue;
            if (key.IsRecord)
            {
                Compare(first!, second!, key.ValueType, $"{prefix}{key.Name}.", changes);
            }
            else
            {
                changes.Add(new ConfigChange(prefix + key.Name, Written(key, first), Written(key, second)));
            }
        }
    }

    private static string Written(ConfigKey key, object? value) => key.IsList ? value!.ToString()! : ConfigWriter.Quote(value);
}
