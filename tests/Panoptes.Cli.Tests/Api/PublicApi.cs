using System.Reflection;
using System.Runtime.CompilerServices;

namespace Panoptes.Cli.Tests.Api;

/// <summary>Lists what an assembly offers: a line for each public type and member, sorted.</summary>
internal static class PublicApi
{
    private const BindingFlags Own =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string[] Of(Assembly assembly) =>
        [.. assembly.GetExportedTypes().SelectMany(Lines).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Lines(Type type)
    {
        string name = Name(type);
        yield return $"{name}: {Kind(type)}";
        if (type.IsEnum)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
                yield return $"{name}.{field.Name} = {field.GetRawConstantValue()}";
            yield break;
        }

        foreach (FieldInfo field in type.GetFields(Own).Where(f => f.IsPublic || IsForHeirs(type, f.IsFamily || f.IsFamilyOrAssembly)))
            yield return $"{name}.{field.Name}: {(field.IsLiteral ? "const " : "")}{Name(field.FieldType)}";
        foreach (ConstructorInfo constructor in type.GetConstructors(Own).Where(c => IsVisible(type, c)))
            yield return $"{name}.new({Parameters(constructor)})";
        foreach (PropertyInfo property in type.GetProperties(Own))
        {
            string accessors = string.Join(" ", Accessors(type, property));
            string index = string.Join(", ", property.GetIndexParameters().Select(Parameter));
            string head = index.Length > 0 ? $"{property.Name}[{index}]" : property.Name;
            if (accessors.Length > 0)
                yield return $"{name}.{head}: {Name(property.PropertyType)} {{ {accessors} }}";
        }

        foreach (EventInfo one in type.GetEvents(Own).Where(e => e.AddMethod is { } add && IsVisible(type, add)))
            yield return $"{name}.{one.Name}: event {Name(one.EventHandlerType!)}";
        foreach (MethodInfo method in type.GetMethods(Own).Where(m => IsVisible(type, m) && !IsSynthesized(m)))
        {
            string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
            string result = (method.IsStatic ? "static " : "") + Name(method.ReturnType);
            yield return $"{name}.{method.Name}{generic}({Parameters(method)}): {result}";
        }
    }

    private static string Kind(Type type) =>
        type.IsEnum ? "enum"
        : type.IsInterface ? "interface"
        : type.IsValueType ? "struct"
        : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
        : type.IsAbstract && type.IsSealed ? "static class"
        : (type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class")
            + (type.BaseType is { } up && up != typeof(object) ? $" : {Name(up)}" : "");

    private static IEnumerable<string> Accessors(Type type, PropertyInfo property)
    {
        if (property.GetMethod is { } get && IsVisible(type, get)) yield return "get;";
        if (property.SetMethod is { } set && IsVisible(type, set))
            yield return set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;";
    }

    private static bool IsVisible(Type type, MethodBase method) =>
        method.IsPublic || IsForHeirs(type, method.IsFamily || method.IsFamilyOrAssembly);

    private static bool IsForHeirs(Type type, bool isProtected) => isProtected && !type.IsSealed;

    /// <summary>Accessors, and what the compiler adds to records; operators stay.</summary>
    private static bool IsSynthesized(MethodInfo method) =>
        method.Name.Contains('<', StringComparison.Ordinal)
        || method.IsDefined(typeof(CompilerGeneratedAttribute))
        || (method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal));

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string by = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? (parameter.IsIn ? "in " : "ref ") : "";
        string value = parameter.HasDefaultValue ? $" = {parameter.RawDefaultValue ?? "default"}" : "";
        return $"{by}{Name(parameter.ParameterType)} {parameter.Name}{value}";
    }

    private static string Name(Type type)
    {
        if (type.IsByRef || type.IsPointer) return Name(type.GetElementType()!) + (type.IsPointer ? "*" : "");
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsGenericParameter) return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } underlying) return $"{Name(underlying)}?";
        string name = (type.IsNested ? Name(type.DeclaringType!) + "." : type.Namespace is null or "System" ? "" : type.Namespace + ".")
            + type.Name.Split('`')[0];
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }
}
