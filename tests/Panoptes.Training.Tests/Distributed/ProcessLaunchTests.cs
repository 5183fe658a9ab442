using Panoptes.Training.Distributed;

namespace Panoptes.Training.Tests.Distributed;

/// <summary>What launchers say in the environment.</summary>
public class ProcessLaunchTests
{
    public static TheoryData<string, string> Launchers => new()
    {
        // mpirun of Open MPI; of MPICH and Intel MPI; srun of Slurm, whose counts of tasks have a repetition behind them
        { "OMPI_COMM_WORLD_RANK=3 OMPI_COMM_WORLD_SIZE=8 OMPI_COMM_WORLD_LOCAL_RANK=1 OMPI_COMM_WORLD_LOCAL_SIZE=2", "3 of 8, 1 of 2, mpich False" },
        { "PMI_RANK=3 PMI_SIZE=8 MPI_LOCALRANKID=1 MPI_LOCALNRANKS=2", "3 of 8, 1 of 2, mpich True" },
        { "PMI_RANK=0 PMI_SIZE=2", "0 of 2, 0 of 1, mpich True" },
        { "SLURM_PROCID=3 SLURM_STEP_NUM_TASKS=8 SLURM_LOCALID=1 SLURM_STEP_TASKS_PER_NODE=2(x4)", "3 of 8, 1 of 2, mpich False" },
        { "SLURM_PROCID=3 SLURM_STEP_NUM_TASKS=8 SLURM_LOCALID=1 SLURM_STEP_TASKS_PER_NODE=4,2(x2)", "3 of 8, 1 of 4, mpich False" },

        // mpirun inside a Slurm job of one task: the inner launcher counts
        { "SLURM_PROCID=0 SLURM_STEP_NUM_TASKS=1 OMPI_COMM_WORLD_RANK=1 OMPI_COMM_WORLD_SIZE=2", "1 of 2, 0 of 1, mpich False" },

        // alone
        { "", "alone" },
        { "SLURM_PROCID=0 SLURM_STEP_NUM_TASKS=1", "alone" },
        { "OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=1", "alone" },
        { "OMPI_COMM_WORLD_RANK=9 OMPI_COMM_WORLD_SIZE=8", "alone" },
        { "PMI_RANK=x PMI_SIZE=8", "alone" },
    };

    [Theory]
    [MemberData(nameof(Launchers))]
    public void Each_launcher_is_understood(string environment, string expected)
    {
        Dictionary<string, string> variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        ProcessLaunch? launch = ProcessLaunch.Read(variables.GetValueOrDefault);
        string text = launch is null
            ? "alone"
            : $"{launch.Rank} of {launch.Size}, {launch.LocalRank} of {launch.LocalSize}, mpich {launch.IsMpich}";
        Assert.Equal(expected, text);
    }
}
