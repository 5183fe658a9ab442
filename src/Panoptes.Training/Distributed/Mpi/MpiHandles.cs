namespace Panoptes.Training.Distributed.Mpi;

/// <summary>
/// How an MPI library spells its constants: Open MPI by the addresses of symbols, MPICH and what descends from it (Intel MPI, MVAPICH,
/// Microsoft MPI, Cray MPICH) by numbers of its common binary interface.
/// </summary>
/// <param name="World">MPI_COMM_WORLD.</param>
/// <param name="Byte">MPI_BYTE.</param>
/// <param name="Double">MPI_DOUBLE.</param>
/// <param name="Sum">MPI_SUM.</param>
/// <param name="InPlace">MPI_IN_PLACE.</param>
/// <param name="IgnoreStatus">MPI_STATUS_IGNORE.</param>
/// <param name="ErrorsReturn">MPI_ERRORS_RETURN.</param>
internal sealed record MpiHandles(
    nint World, nint Byte, nint Double, nint Sum, nint InPlace, nint IgnoreStatus, nint ErrorsReturn)
{
    /// <summary>Those of Open MPI, whose handles are pointers to what its library exports (mpi.h).</summary>
    /// <param name="export">Finds the address of a symbol.</param>
    public static MpiHandles OfOpenMpi(Func<string, nint> export) => new(
        World: export("ompi_mpi_comm_world"),
        Byte: export("ompi_mpi_byte"),
        Double: export("ompi_mpi_double"),
        Sum: export("ompi_mpi_op_sum"),
        InPlace: 1,
        IgnoreStatus: 0,
        ErrorsReturn: export("ompi_mpi_errors_return"));

    /// <summary>Those of MPICH, whose handles are integers (mpi.h; the MPICH ABI Compatibility Initiative keeps them as they are).</summary>
    public static MpiHandles OfMpich { get; } = new(
        World: 0x44000000,
        Byte: 0x4c00010d,
        Double: 0x4c00080b,
        Sum: 0x58000003,
        InPlace: -1,
        IgnoreStatus: 1,
        ErrorsReturn: 0x54000001);
}
