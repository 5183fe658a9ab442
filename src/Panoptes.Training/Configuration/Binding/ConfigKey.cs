using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Panoptes.Training.Configuration.Binding;

/// <summary>A key of a configuration record: its name, its type and what is allowed, read off the property.</summary>
internal sealed class ConfigKey
{
    private ConfigKey(PropertyInfo property)
    {
        Property = property;
        Name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        Type type = property.PropertyType;
        IsNullable = new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
        IsList = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueList<>);
        ValueType = IsList ? type.GetGenericArguments()[0] : Nullable.GetUnderlyingType(type) ?? type;
        IsRecord = ValueType.IsClass && ValueType != typeof(string);
        Range = property.GetCustomAttribute<RangeAttribute>();
        AllowedValues = property.GetCustomAttribute<AllowedValuesAttribute>()?.Values;
        Path = property.GetCustomAttribute<ConfigPathAttribute>();
        LengthAttribute? length = property.GetCustomAttribute<LengthAttribute>();
        MinCount = length?.MinimumLength ?? property.GetCustomAttribute<MinLengthAttribute>()?.Length ?? 0;
        MaxCount = length?.MaximumLength ?? int.MaxValue;
    }

    public PropertyInfo Property { get; }

    public string Name { get; }

    /// <summary>The type of the value, or of a list's items, without nullability.</summary>
    public Type ValueType { get; }

    public bool IsNullable { get; }

    public bool IsList { get; }

    public bool IsRecord { get; }

    public RangeAttribute? Range { get; }

    public object?[]? AllowedValues { get; }

    public ConfigPathAttribute? Path { get; }

    public int MinCount { get; }

    public int MaxCount { get; }

    /// <summary>The keys of a record in the order of its properties: those that can be set.</summary>
    public static IReadOnlyList<ConfigKey> Of(Type record) =>
        [.. record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).Select(p => new ConfigKey(p))];

    /// <summary>What is allowed, as the end of a message: "a whole number from 0 to 5".</summary>
    public string Expected
    {
        get
        {
            string text = IsList ? $"a list of {CountText}, each {ExpectedItem}" : ExpectedItem;
            return IsNullable ? $"{text}, or null" : text;
        }
    }

    private string ExpectedItem
    {
        get
        {
            if (IsRecord) return $"keys and values ({string.Join(", ", Of(ValueType).Select(k => k.Name))})";
            if (AllowedValues is not null) return $"one of {string.Join(", ", AllowedValues)}";
            if (ValueType.IsEnum) return $"one of {string.Join(", ", EnumNames.Of(ValueType))}";
            if (ValueType == typeof(bool)) return "true or false";
            if (ValueType == typeof(string))
            {
                string names = string.Concat(
                    Path?.Word is { } word ? $"{word}, " : "",
                    Path is { IsModel: true } ? "the name of a model, " : "");
                return Path is null ? "text" : names.Length > 0 ? names + "or a path" : "a path";
            }

            return (ValueType == typeof(int) ? "a whole number" : "a number") + RangeText;
        }
    }

    private string RangeText
    {
        get
        {
            if (Range is null) return "";
            (double low, double high) = (ToDouble(Range.Minimum), ToDouble(Range.Maximum));
            bool exclusive = Range.MinimumIsExclusive || Range.MaximumIsExclusive;
            if (!exclusive && high < int.MaxValue) return $" from {low:R} to {high:R}";
            string from = Range.MinimumIsExclusive ? $" above {low:R}" : $" of at least {low:R}";
            if (high >= int.MaxValue) return from;
            return $"{from} and {(Range.MaximumIsExclusive ? "below" : "at most")} {high:R}";
        }
    }

    private string CountText => MinCount == MaxCount ? $"{MinCount}" : MinCount > 0 ? $"{MinCount} or more" : "any length";

    /// <summary>Whether one value (of a list: one item) is within the allowed range or set.</summary>
    public bool Allows(object value)
    {
        if (AllowedValues is not null) return AllowedValues.Contains(value);
        if (value is not (int or double)) return true;
        double number = ToDouble(value);
        if (!double.IsFinite(number)) return false;
        if (Range is null) return true;
        (double low, double high) = (ToDouble(Range.Minimum), ToDouble(Range.Maximum));
        return (Range.MinimumIsExclusive ? number > low : number >= low) && (Range.MaximumIsExclusive ? number < high : number <= high);
    }

    private static double ToDouble(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);
}
