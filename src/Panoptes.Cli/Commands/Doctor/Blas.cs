namespace Panoptes.Cli.Commands.Doctor;

/// <summary>Which implementation of BLAS, the matrix products under every convolution and linear layer, a process uses.</summary>
/// <param name="Name">The implementation in words.</param>
/// <param name="IsReference">Whether it is the unoptimised reference, thirty times slower than the others.</param>
/// <param name="Path">Its file.</param>
internal sealed record Blas(string Name, bool IsReference, string? Path)
{
    /// <summary>File names under which optimised libraries are mapped where libtorch was linked with them directly.</summary>
    private static readonly (string Prefix, string Name)[] s_known =
    [
        ("libmkl_", "Intel MKL"),
        ("libopenblas", "OpenBLAS"),
        ("libblis", "BLIS"),
        ("libarmpl", "Arm Performance Libraries"),
    ];

    /// <summary>Finds it among the libraries that libtorch brought with it.</summary>
    public static Blas Find(MappedLibraries libraries)
    {
        // The generic name first: Debian's LAPACK may map OpenBLAS as well while the matrix products still come from the reference.
        if (libraries.Find("libblas.so") is { } generic)
        {
            if (generic.Contains("openblas", StringComparison.Ordinal)) return new Blas("OpenBLAS", false, generic);
            if (generic.Contains("blis", StringComparison.Ordinal)) return new Blas("BLIS", false, generic);
            if (generic.Contains("atlas", StringComparison.Ordinal)) return new Blas("ATLAS", false, generic);
            return new Blas("reference BLAS", true, generic);
        }

        foreach ((string prefix, string name) in s_known)
        {
            if (libraries.Find(prefix) is { } path) return new Blas(name, false, path);
        }

        return new Blas("built into libtorch", false, null);
    }
}
