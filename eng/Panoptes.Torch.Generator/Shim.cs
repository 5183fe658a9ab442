using System.Runtime.InteropServices;

namespace Panoptes.Torch.Generator;

/// <summary>The two functions of the shim that tell a schema.</summary>
internal static unsafe partial class Shim
{
    [LibraryImport("panoptes_torch", EntryPoint = "panoptes_find_operator", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint FindOperator(string name, string overload);

    [LibraryImport("panoptes_torch", EntryPoint = "panoptes_operator_schema")]
    private static partial byte* OperatorSchema(nint op);

    public static void Load(string path) =>
        NativeLibrary.SetDllImportResolver(typeof(Shim).Assembly, (_, _, _) => NativeLibrary.Load(path));

    public static string Schema(string name, string overload)
    {
        nint op = FindOperator(name, overload);
        return op != 0
            ? Marshal.PtrToStringUTF8((nint)OperatorSchema(op))!
            : throw new ArgumentException($"libtorch has no operator {name}.{overload}: see operators.txt");
    }
}
