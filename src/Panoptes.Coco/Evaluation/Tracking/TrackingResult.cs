using System.Text.Json;

namespace Panoptes.Coco.Evaluation.Tracking;

/// <summary>How well a tracker followed the objects of videos.</summary>
/// <param name="All">Over all classes and videos: counts are added up, so that what occurs often counts much.</param>
/// <param name="Classes">The classes by ascending id, those that occur.</param>
/// <param name="Videos">Videos compared.</param>
/// <param name="Frames">Images compared.</param>
/// <param name="Warnings">What was odd about the input.</param>
/// <param name="Seconds">Time from the files to the figures.</param>
public sealed record TrackingResult(
    TrackingFigures All, IReadOnlyList<TrackingClass> Classes, int Videos, int Frames, IReadOnlyList<string> Warnings, double Seconds)
{
    /// <summary>
    /// Writes the result as an object: <c>all</c> with hota, deta, assa, loca, idf1, idp, idr, mota, motp and the counts,
    /// <c>per_class</c> by
    /// category id, <c>videos</c>, <c>frames</c>, <c>seconds</c> and, where there are any, <c>warnings</c>.
    /// </summary>
    /// <param name="json">The writer, where a value is expected.</param>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject();
        json.WriteStartObject("all"u8);
        Write(json, All);
        json.WriteEndObject();
        json.WriteStartObject("per_class"u8);
        foreach (TrackingClass one in Classes)
        {
            json.WriteStartObject(one.Category.IdText ?? one.Category.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("name"u8, one.Category.Name);
            Write(json, one.Figures);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteNumber("videos"u8, Videos);
        json.WriteNumber("frames"u8, Frames);
        json.WriteNumber("seconds"u8, Seconds);
        if (Warnings.Count > 0)
        {
            json.WriteStrings("warnings"u8, Warnings);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TrackingFigures figures)
    {
        json.WriteNumber("hota"u8, figures.Hota);
        json.WriteNumber("deta"u8, figures.DetA);
        json.WriteNumber("assa"u8, figures.AssA);
        json.WriteNumber("loca"u8, figures.LocA);
        json.WriteNumber("idf1"u8, figures.Idf1);
        json.WriteNumber("idp"u8, figures.IdPrecision);
        json.WriteNumber("idr"u8, figures.IdRecall);
        json.WriteNumber("mota"u8, figures.Mota);
        json.WriteNumber("motp"u8, figures.Motp);
        json.WriteNumber("tp"u8, figures.Matches);
        json.WriteNumber("fn"u8, figures.Misses);
        json.WriteNumber("fp"u8, figures.FalseAlarms);
        json.WriteNumber("id_switches"u8, figures.IdSwitches);
        json.WriteNumber("fragmentations"u8, figures.Fragmentations);
        json.WriteNumber("tracks"u8, figures.Tracks);
        json.WriteNumber("mostly_tracked"u8, figures.MostlyTracked);
        json.WriteNumber("mostly_lost"u8, figures.MostlyLost);
        json.WriteNumber("predicted_tracks"u8, figures.PredictedTracks);
    }
}
