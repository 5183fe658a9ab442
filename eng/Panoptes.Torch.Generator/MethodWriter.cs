using System.Globalization;
using System.Text;

namespace Panoptes.Torch.Generator;

/// <summary>Writes the C# method of one operator.</summary>
internal sealed class MethodWriter(OperatorSchema schema)
{
    // Arguments that a caller of the typed methods never needs: the schema's default is passed.
    private static readonly HashSet<string> s_hidden = ["layout", "pin_memory", "generator", "cudnn_enabled", "implicit"];

    private readonly StringBuilder _setup = new();
    private readonly StringBuilder _keep = new();
    private readonly List<string> _defaults = [];
    private readonly List<string> _fixed = [];
    private readonly List<string> _parameters = [];

    public string FieldName => MethodName + (schema.Overload.Length == 0 ? "" : "_" + Pascal(schema.Overload));

    private string MethodName => Pascal(schema.Name) + (schema.Name.EndsWith('_') ? "InPlace" : "");

    public string Write()
    {
        bool inPlace = schema.Name.EndsWith('_');
        bool isMethod = schema.Arguments is [{ Type: "Tensor" }, ..];
        int count = schema.Arguments.Count;
        for (int i = 0; i < count; i++)
        {
            SchemaArgument argument = schema.Arguments[i];
            if (i == 0 && isMethod)
            {
                Set(i, "Value.Of(this)");
                continue;
            }

            if (s_hidden.Contains(argument.Name))
            {
                // cudnn_enabled is true in PyTorch, and expand's implicit false.
                Set(i, argument.IsOptional ? "Value.None" : $"Value.Of({(argument.Name == "implicit" ? "false" : "true")})");
                continue;
            }

            WriteArgument(i, argument, Parameter(argument.Name));
        }

        (string type, string body) = inPlace
            ? ("Tensor", $"{FieldName}Operator.Invoke(arguments, {count});")
            : Return(count);

        StringBuilder text = new();
        string xml = schema.Text
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
        text.Append(CultureInfo.InvariantCulture, $"    /// <summary><c>{xml}</c></summary>\n");
        string parameters = string.Join(", ", Parameters());
        string modifiers = isMethod ? "public unsafe" : "public static unsafe";
        text.Append(CultureInfo.InvariantCulture, $"    {modifiers} {type} {MethodName}({parameters})\n    {{\n");
        string indent = "        ";
        foreach (string statement in _defaults.Concat(_fixed))
        {
            text.Append(indent).Append(statement).Append('\n');
        }

        if (_fixed.Count > 0)
        {
            text.Append(indent).Append("{\n");
            indent += "    ";
        }

        text.Append(CultureInfo.InvariantCulture, $"{indent}Value* arguments = stackalloc Value[{Math.Max(count, 1)}];\n");
        foreach (string line in _setup.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append(indent).Append(line).Append('\n');
        }

        foreach (string line in body.Split('\n'))
        {
            text.Append(indent).Append(line).Append('\n');
        }

        foreach (string line in _keep.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append(indent).Append(line).Append('\n');
        }

        if (isMethod)
        {
            text.Append(indent).Append("GC.KeepAlive(this);\n");
        }

        text.Append(indent).Append(inPlace ? "return this;\n" : "return result;\n");
        if (_fixed.Count > 0)
        {
            text.Append("        }\n");
        }

        return text.Append("    }\n").ToString();
    }

    // C# takes defaults only behind the last parameter without one.
    private IEnumerable<string> Parameters()
    {
        int required = _parameters.FindLastIndex(p => !p.Contains(" = ", StringComparison.Ordinal));
        return _parameters.Select((p, i) => i < required && p.IndexOf(" = ", StringComparison.Ordinal) is >= 0 and int at ? p[..at] : p);
    }

    private (string Type, string Body) Return(int count)
    {
        string op = $"{FieldName}Operator";
        if (schema.Returns is ["Tensor" or "Tensor(a)"])
        {
            return ("Tensor", $"Tensor result = {op}.InvokeTensor(arguments, {count});");
        }

        if (schema.Returns is ["Tensor[]" or "Tensor(a)[]"])
        {
            return ("Tensor[]", $"Tensor[] result = {op}.InvokeTensors(arguments, {count});");
        }

        if (schema.Returns.All(r => r.StartsWith("Tensor", StringComparison.Ordinal)) && schema.Returns.Count > 1)
        {
            string[] names = [.. schema.Returns.Select(
                (r, i) => r.Contains(' ', StringComparison.Ordinal) ? Pascal(r[(r.LastIndexOf(' ') + 1)..]) : $"Result{i}")];
            string tuple = string.Join(", ", names.Select(n => $"Tensor {n}"));
            string items = string.Join(", ", names.Select((_, i) => $"results[{i}]"));
            return ($"({tuple})",
                $"var results = new Tensor[{names.Length}];\n"
                + $"{op}.InvokeMany(arguments, {count}, results);\n"
                + $"var result = ({items});");
        }

        throw new NotSupportedException($"returns of {schema.Text}");
    }

    private void WriteArgument(int index, SchemaArgument argument, string name)
    {
        string type = argument.Type.TrimEnd('?');
        bool hasDefault = argument.Default is not null;
        bool none = argument.IsOptional;
        switch (type)
        {
            case "Tensor":
                _parameters.Add(none ? $"Tensor? {name}{(hasDefault ? " = null" : "")}" : $"Tensor {name}");
                Set(index, $"Value.Of({name}){(none ? ".Optional()" : "")}");
                _keep.Append(CultureInfo.InvariantCulture, $"GC.KeepAlive({name});\n");
                break;
            case "Tensor[]":
                _parameters.Add($"ReadOnlySpan<Tensor> {name}");
                Tensors(index, name, "TensorList");
                break;
            case "Tensor?[]":
                _parameters.Add($"ReadOnlySpan<Tensor?> {name}");
                Tensors(index, name, "OptionalTensorList");
                break;
            case "int[]":
            case "float[]":
                string element = type == "int[]" ? "long" : "double";

                // Sum() and Sum(dims) would be ambiguous with a default here.
                bool omissible = (hasDefault || none) && name != "dim";
                _parameters.Add($"ReadOnlySpan<{element}> {name}{(omissible ? " = default" : "")}");
                _fixed.Add($"fixed ({element}* {name}Pointer = {name})");
                string list = $"Value.List(ValueTag.{(type == "int[]" ? "IntList" : "DoubleList")}, {name}Pointer, {name}.Length)";
                if (hasDefault && !none && argument.Default is not "[]")
                {
                    string value = string.Join(", ", Enumerable.Repeat(argument.Default, argument.Length));
                    _defaults.Add($"{name} = {name}.IsEmpty ? [{value}] : {name};");
                }

                Set(index, none ? $"{name}.IsEmpty ? Value.None : {list}.Optional()" : list);
                break;
            case "Scalar":
                Plain(index, argument, name, "Scalar", $"Value.Of({name})");
                break;
            case "MemoryFormat":
                Plain(index, argument, name, "MemoryFormat", $"Value.Of((long){name})", $"Value.Of((long){name}.Value)");
                break;
            case "ScalarType":
                Plain(index, argument, name, "DType", $"Value.Of((long){name})", $"Value.Of((long){name}.Value)");
                break;
            case "int" when argument.Name == "reduction":
                _parameters.Add($"Reduction {name}{(hasDefault ? " = Reduction.Mean" : "")}");
                Set(index, $"Value.Of((long){name})");
                break;
            case "int":
                Plain(index, argument, name, "long", $"Value.Of({name})");
                break;
            case "float":
                Plain(index, argument, name, "double", $"Value.Of({name})");
                break;
            case "bool":
                Plain(index, argument, name, "bool", $"Value.Of({name})");
                break;
            case "Device":
                Plain(index, argument, name, "Device", $"Value.Of({name})");
                break;
            default:
                throw new NotSupportedException($"argument {argument} of {schema.Text}");
        }
    }

    // Value types: an optional or defaulted argument is nullable, and null stands for the schema's default.
    private void Plain(int index, SchemaArgument argument, string name, string type, string value, string? unwrapped = null)
    {
        if (!argument.IsOptional && Literal(argument.Default, type) is { } literal)
        {
            _parameters.Add($"{type} {name} = {literal}");
            Set(index, value);
        }
        else if (argument.IsOptional)
        {
            _parameters.Add($"{type}? {name} = null");
            Set(index, $"{name} is null ? Value.None : {unwrapped ?? $"Value.Of({name}.Value)"}.Optional()");
        }
        else if (argument.Default is not null)
        {
            _parameters.Add($"{type}? {name} = null");
            Set(index, value.Replace(name, $"({name} ?? {Constant(argument, type)})", StringComparison.Ordinal));
        }
        else
        {
            _parameters.Add($"{type} {name}");
            Set(index, value);
        }
    }

    private static string Constant(SchemaArgument argument, string type) => (type, argument.Default) switch
    {
        ("MemoryFormat", "contiguous_format") => "MemoryFormat.Contiguous",
        _ => throw new NotSupportedException($"default of {argument}"),
    };

    private static string? Literal(string? standard, string type) => type switch
    {
        "bool" => standard switch { "True" => "true", "False" => "false", _ => null },
        "long" => long.TryParse(standard, out long integer) ? integer.ToString(CultureInfo.InvariantCulture) : null,
        "double" => double.TryParse(standard, CultureInfo.InvariantCulture, out double number)
            ? number.ToString("R", CultureInfo.InvariantCulture)
            : null,
        _ => null,
    };

    private void Tensors(int index, string name, string tag)
    {
        _setup.Append(CultureInfo.InvariantCulture, $"nint* {name}Handles = stackalloc nint[Math.Max({name}.Length, 1)];\n");
        _setup.Append(CultureInfo.InvariantCulture, $"FillHandles({name}, {name}Handles);\n");
        Set(index, $"Value.List(ValueTag.{tag}, {name}Handles, {name}.Length)");
        _keep.Append(CultureInfo.InvariantCulture, $"KeepAlive({name});\n");
    }

    private void Set(int index, string value) => _setup.Append(CultureInfo.InvariantCulture, $"arguments[{index}] = {value};\n");

    private static string Parameter(string name)
    {
        string pascal = Pascal(name);
        string camel = char.ToLowerInvariant(pascal[0]) + pascal[1..];
        return camel is "base" or "float" ? "@" + camel : camel;
    }

    private static string Pascal(string name) =>
        string.Concat(name.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
}
