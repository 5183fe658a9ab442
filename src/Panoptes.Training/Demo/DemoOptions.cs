using Panoptes.Training.Configuration;
using Panoptes.Training.Scenes;

namespace Panoptes.Training.Demo;

/// <summary>What a demo trains on, and what it shows.</summary>
public sealed record DemoOptions
{
    /// <summary>The minutes that the shipped configuration's iterations are meant for.</summary>
    public const double UsualMinutes = 7.8;

    /// <summary>The scenes to train on where nothing else is said.</summary>
    public const int UsualTrainScenes = 4000;

    /// <summary>The network and its schedule; the datasets are the demo's own.</summary>
    public required PanoptesConfig Config { get; init; }

    /// <summary>Photographs to train on; null (default) draws scenes.</summary>
    public DemoPhotographs? Photographs { get; init; }

    /// <summary>
    /// The folder of everything: <c>data/</c> holds the scenes, which later demos use again, and each demo makes a run folder of its own,
    /// <c>run1</c>, <c>run2</c>, ...
    /// </summary>
    public required string Output { get; init; }

    /// <summary>
    /// Most minutes of training steps (default 7.8). Beyond 7.8 the schedule gets longer in proportion. On a machine too slow for its
    /// iterations, the schedule's decay goes by time: the learning rate still falls to its end.
    /// </summary>
    public double Minutes { get; init; } = UsualMinutes;

    /// <summary>Scenes to train on, at least 1 (default 4000).</summary>
    public int TrainScenes { get; init; } = UsualTrainScenes;

    /// <summary>Scenes to evaluate on, at least 1 (default 60). They are the same whatever the number of scenes to train on.</summary>
    public int UnseenScenes { get; init; } = 60;

    /// <summary>
    /// What the scenes look like; the seed is the configuration's. The default is what a narrow network learns in minutes: six classes,
    /// each in its own pattern, things from a fifth to two thirds of the image's side: tenfold in area.
    /// </summary>
    internal SceneOptions Scenes { get; init; } = new()
    {
        Size = 224,
        ThingClasses = 6,
        FavoritePattern = 1,
        MaxThings = 5,
        SmallestThing = 0.2,
        LargestThing = 0.65,
    };

    /// <summary>Unseen images on the page, and in the folder of predictions (default 8).</summary>
    public int Examples { get; init; } = 8;

    /// <summary>The arguments of the command, kept in the run's env.json.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>How the page's commands call the tool (default <c>panoptes</c>).</summary>
    public string Tool { get; init; } = "panoptes";

    /// <summary>Checks every value.</summary>
    /// <exception cref="InputException">A value is outside its range; the message names it.</exception>
    internal void Validate()
    {
        if (!(Minutes > 0) || double.IsInfinity(Minutes))
        {
            throw InputException.ForSetting(null, $"the demo's minutes are {Minutes}; they must be more than 0");
        }

        if (TrainScenes < 1 || UnseenScenes < 1)
        {
            throw InputException.ForSetting(
                null,
                $"the demo has {TrainScenes} scenes to train on and {UnseenScenes} unseen ones; it needs at least 1 of each");
        }
    }
}
