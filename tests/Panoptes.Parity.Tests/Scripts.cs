namespace Panoptes.Parity.Tests;

/// <summary>The Python files next to the tests.</summary>
internal static class Scripts
{
    public static string Read(string name)
    {
        using Stream stream = typeof(Scripts).Assembly.GetManifestResourceStream($"{name}.py")
            ?? throw new FileNotFoundException($"Scripts/{name}.py is not embedded");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
