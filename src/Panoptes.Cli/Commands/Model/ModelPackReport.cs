namespace Panoptes.Cli.Commands.Model;

/// <summary>The JSON of <c>panoptes model pack</c>.</summary>
/// <param name="Output">The file that was written.</param>
/// <param name="BytesBefore">The size of the model that was packed.</param>
/// <param name="Bytes">Its own size.</param>
internal sealed record ModelPackReport(string Output, long BytesBefore, long Bytes);
