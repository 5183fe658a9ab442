namespace Panoptes.Cli.Commands.Train.Folders;

/// <summary>What a part of a dataset is for.</summary>
internal enum PartKind
{
    /// <summary>No name says so: the whole dataset.</summary>
    Whole,

    /// <summary>To train on.</summary>
    Train,

    /// <summary>To evaluate on while training.</summary>
    Val,

    /// <summary>To measure the finished model on: training does not touch it.</summary>
    Test,
}
