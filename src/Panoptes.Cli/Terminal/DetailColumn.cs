using System.Collections.Concurrent;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Panoptes.Cli.Terminal;

/// <summary>The last column of a progress bar: losses, speed and the time left, as the work reports them.</summary>
internal sealed class DetailColumn : ProgressColumn
{
    private readonly ConcurrentDictionary<int, string> _details = new();

    /// <inheritdoc />
    protected override bool NoWrap => true;

    /// <summary>Sets the text next to a bar.</summary>
    public void Show(ProgressTask task, string detail) => _details[task.Id] = detail;

    /// <inheritdoc />
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(_details.GetValueOrDefault(task.Id, ""), new Style(Color.Gray)).Overflow(Overflow.Ellipsis);
}
