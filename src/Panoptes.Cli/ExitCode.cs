namespace Panoptes.Cli;

/// <summary>What the tool's exit codes mean; scripts rely on them.</summary>
internal static class ExitCode
{
    /// <summary>The work is done.</summary>
    public const int Done = 0;

    /// <summary>The work failed: a full disk, a device that went away, a check that found a problem.</summary>
    public const int Failed = 1;

    /// <summary>The arguments or the inputs are wrong: nothing was tried with them.</summary>
    public const int WrongInput = 2;

    /// <summary>Interrupted by Ctrl-C or SIGTERM, after saving what there was to save.</summary>
    public const int Interrupted = 130;
}
