namespace Panoptes.Server;

/// <summary>Which trainings <c>MapPanoptesWatch</c> shows.</summary>
public sealed class PanoptesWatchOptions
{
    /// <summary>
    /// Folders of runs, and folders whose subfolders are runs, such as <c>runs</c>. One need not exist yet; runs appear and disappear with
    /// their folders.
    /// </summary>
    public IList<string> Runs { get; } = [];

    /// <summary>How often the folders are looked at while someone watches; nobody watching, never. Default 1 second.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);
}
