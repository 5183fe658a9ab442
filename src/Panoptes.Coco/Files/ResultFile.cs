using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Files;

/// <summary>Reads COCO results files; <see cref="CocoWriter"/> writes them.</summary>
public static class ResultFile
{
    /// <summary>Reads the detections of a results file: a list of objects with <c>image_id</c>, <c>category_id</c>, <c>score</c> and
    /// <c>bbox</c>, <c>segmentation</c> (RLE, compressed or not) or both.</summary>
    /// <param name="path">The file.</param>
    /// <param name="masks">Which masks to read.</param>
    /// <returns>The detections in the file's order.</returns>
    /// <exception cref="InputException">The file is missing or malformed; the message names file, entry, key and value.</exception>
    public static List<CocoDetection> Load(string path, ResultMasks masks = ResultMasks.All)
    {
        DetectionTable table = ResultReader.Read(path, masks);
        CocoDetection[] detections = new CocoDetection[table.Count];
        try
        {
            ParallelInput.For(detections.Length, i =>
            {
                DetectionRow row = table[i];
                StoredMask mask = table.MaskOf(i);
                detections[i] = new CocoDetection(row.ImageId, row.CategoryId, row.Bbox, row.Score, mask.Exists ? mask.ToRle() : null);
            }, (i, message) => $"[{i}]: segmentation: {message}");
        }
        catch (InputException e)
        {
            throw e.InFile(path);
        }

        return [.. detections];
    }
}
