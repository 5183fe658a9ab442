using System.CommandLine;
using System.CommandLine.Invocation;

namespace Panoptes.Cli.Parsing;

/// <summary>Prints the version and ends.</summary>
internal sealed class VersionAction(string version) : SynchronousCommandLineAction
{
    /// <inheritdoc />
    public override bool ClearsParseErrors => true;

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(version);
        return ExitCode.Done;
    }
}
