using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panoptes.Training.Configuration.Binding;

/// <summary>
/// Names of an enum's values as configurations write them: in snake case, or as <see cref="JsonStringEnumMemberNameAttribute"/> says.
/// </summary>
internal static class EnumNames
{
    public static IReadOnlyList<string> Of(Type type) => [.. Fields(type).Select(NameOf)];

    public static string NameOf(object value) => NameOf(value.GetType().GetField(value.ToString()!)!);

    public static string NameOf(FieldInfo field) =>
        field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(field.Name);

    public static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static);

    /// <summary>The value of that name, or null.</summary>
    public static object? Parse(Type type, string name) => Fields(type).FirstOrDefault(f => NameOf(f) == name)?.GetValue(null);
}
