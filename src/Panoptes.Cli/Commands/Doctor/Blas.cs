namespace Panoptes.Cli.Commands.Doctor;

/// <summary>Which implementation of BLAS, the matrix products under every convolution and linear layer, a process uses.</summary>
/// <param name="Name">The implementation in words.</param>
/// <param name="IsReference">Whether it is the unoptimised reference, thirty times slower than the others.</param>
/// <param name="Path">Its file.</param>
internal sealed record Blas(string Name, bool IsReference, string? Path)
{
    /// <summary>Finds it among the libraries that libtorch brought with it.</summary>
    public static Blas Find(MappedLibraries libraries)
    {
        foreach ((string prefix, string name) in new[] { ("libmkl_", "Intel MKL"), ("libopenblas", "OpenBLAS"), ("libblis", "BLIS"), ("libarmpl", "Arm Performance Libraries") })
        {
            if (libraries.Find(prefix) is { } path) return new Blas(name, false, path);
        }

        string? generic = libraries.Find("libblas.so");
        if (generic is null) return new Blas("built into libtorch", false, null);
        if (generic.Contains("openblas", StringComparison.Ordinal)) return new Blas("OpenBLAS", false, generic);
        if (generic.Contains("atlas", StringComparison.Ordinal)) return new Blas("ATLAS", false, generic);
        return new Blas("reference BLAS", true, generic);
    }
}
