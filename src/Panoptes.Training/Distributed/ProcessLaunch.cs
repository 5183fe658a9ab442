using System.Globalization;

namespace Panoptes.Training.Distributed;

/// <summary>What the launcher of several processes (mpirun, srun, Kubeflow's MPIJob) tells each of them by its environment.</summary>
/// <param name="Rank">Which one this is, from 0.</param>
/// <param name="Size">How many there are.</param>
/// <param name="LocalRank">Which one on its machine, from 0.</param>
/// <param name="LocalSize">How many are on its machine.</param>
/// <param name="IsMpich">Whether MPICH's launcher, or one that speaks its protocol (PMI), started it.</param>
internal sealed record ProcessLaunch(int Rank, int Size, int LocalRank, int LocalSize, bool IsMpich)
{
    private static readonly (string Rank, string Size, string LocalRank, string LocalSize, bool IsMpich)[] s_launchers =
    [
        ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE", false),
        ("PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS", true),
        ("SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", "SLURM_STEP_TASKS_PER_NODE", false),
    ];

    /// <summary>Reads the environment.</summary>
    /// <param name="variable">The value of a variable; null where it is not set.</param>
    /// <returns>Null where the process was started alone.</returns>
    public static ProcessLaunch? Read(Func<string, string?> variable)
    {
        foreach ((string rank, string size, string localRank, string localSize, bool isMpich) in s_launchers)
        {
            if (Number(rank) is { } own && Number(size) is { } all && all > 1 && own >= 0 && own < all)
            {
                return new ProcessLaunch(own, all, Number(localRank) ?? 0, Math.Clamp(Number(localSize) ?? 1, 1, all), isMpich);
            }
        }

        return null;

        // SLURM writes '4(x2)' for 4 tasks on each of two nodes.
        int? Number(string name) => variable(name)?.Split('(', ',')[0] is { } text
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }
}
