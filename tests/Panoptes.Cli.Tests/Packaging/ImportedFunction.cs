using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Panoptes.Cli.Tests.Packaging;

/// <summary>A function that an assembly takes from a native library (P/Invoke).</summary>
/// <param name="Library">The library as the assembly names it.</param>
/// <param name="Name">The function's name there.</param>
/// <param name="DeclaringType">The type that declares it.</param>
internal sealed record ImportedFunction(string Library, string Name, string DeclaringType)
{
    /// <summary>All of an assembly, read from its metadata: it may be one for another system.</summary>
    public static IReadOnlyList<ImportedFunction> Read(string assembly)
    {
        using FileStream stream = File.OpenRead(assembly);
        using PEReader file = new(stream);
        MetadataReader reader = file.GetMetadataReader();
        List<ImportedFunction> functions = [];
        foreach (MethodDefinitionHandle handle in reader.MethodDefinitions)
        {
            MethodDefinition method = reader.GetMethodDefinition(handle);
            if ((method.Attributes & MethodAttributes.PinvokeImpl) == 0) continue;
            MethodImport import = method.GetImport();
            TypeDefinition type = reader.GetTypeDefinition(method.GetDeclaringType());
            functions.Add(new ImportedFunction(
                reader.GetString(reader.GetModuleReference(import.Module).Name),
                reader.GetString(import.Name),
                $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}"));
        }

        return functions;
    }
}
