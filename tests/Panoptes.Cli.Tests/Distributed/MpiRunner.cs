using System.Diagnostics;

namespace Panoptes.Cli.Tests.Distributed;

/// <summary>Starts the built tool in several processes, by mpirun.</summary>
internal static class MpiRunner
{
    /// <summary>Skips the test, aloud, where no mpirun is.</summary>
    public static void Require() => Posix.RequireProgram("mpirun");

    /// <summary>The command line.</summary>
    public static (string Program, string[] Arguments) Command(int processes, params string[] arguments) =>
        ("mpirun", ["-n", $"{processes}", "dotnet", Path.Combine(AppContext.BaseDirectory, "Panoptes.Cli.dll"), .. arguments]);

    /// <summary>Runs the tool to its end.</summary>
    public static Task<ToolResult> RunAsync(int processes, params string[] arguments)
    {
        (string program, string[] command) = Command(processes, arguments);
        return ToolRunner.RunProgramAsync(program, command, Prepare);
    }

    /// <summary>Lets mpirun start more processes than there are cores, as root too, as tests in containers are.</summary>
    public static void Prepare(ProcessStartInfo start)
    {
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1";
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        start.Environment["OMPI_MCA_rmaps_base_oversubscribe"] = "1";
        start.Environment["OMPI_MCA_mpi_yield_when_idle"] = "1";
        start.Environment["OMPI_MCA_btl_vader_single_copy_mechanism"] = "none"; // containers often forbid it
    }
}
