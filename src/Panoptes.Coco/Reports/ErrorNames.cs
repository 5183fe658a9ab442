using Panoptes.Coco.Evaluation.Analysis;

namespace Panoptes.Coco.Reports;

/// <summary>The kinds of error in words.</summary>
internal static class ErrorNames
{
    /// <summary>TIDE's short name.</summary>
    public static string Short(ErrorKind kind) => kind switch
    {
        ErrorKind.Classification => "Cls",
        ErrorKind.Localization => "Loc",
        ErrorKind.Both => "Both",
        ErrorKind.Duplicate => "Dupe",
        ErrorKind.Background => "Bkg",
        _ => "Miss",
    };

    /// <summary>What it is called.</summary>
    public static string Title(ErrorKind kind) => kind switch
    {
        ErrorKind.Classification => "Wrong class",
        ErrorKind.Localization => "Wrong place",
        ErrorKind.Both => "Wrong class and place",
        ErrorKind.Duplicate => "Found twice",
        ErrorKind.Background => "Nothing there",
        _ => "Missed",
    };

    /// <summary>What it means.</summary>
    public static string Meaning(ErrorKind kind, double foreground, double background) => kind switch
    {
        ErrorKind.Classification => $"an object of another class is there (IoU of {foreground:0.0#} or more)",
        ErrorKind.Localization => $"an object of the class is near, but the IoU is only {background:0.0#} to {foreground:0.0#}",
        ErrorKind.Both => $"an object of another class is near (IoU of {background:0.0#} to {foreground:0.0#})",
        ErrorKind.Duplicate => "another detection with a higher score found the object",
        ErrorKind.Background => $"no object is near (IoU up to {background:0.0#})",
        _ => "objects that nothing found",
    };

    /// <summary>What helps against it, in a few words.</summary>
    public static string Advice(ErrorKind kind) => kind switch
    {
        ErrorKind.Classification => "more examples of the classes that are mistaken for each other, or one class for both",
        ErrorKind.Localization => "longer training, larger images, labels drawn more exactly",
        ErrorKind.Both => "mostly weak detections: longer training",
        ErrorKind.Duplicate => "a lower IoU for non-maximum suppression",
        ErrorKind.Background => "images without objects in training; labels that are missing (look at the images below)",
        _ => "more examples like them, larger images for small objects, a lower score threshold",
    };
}
