using System.Security.Cryptography;
using Panoptes.Cli.Commands.Shards;
using Panoptes.Coco.Files;
using Panoptes.Training.Engine;

namespace Panoptes.Cli.Commands.Eval;

/// <summary>A shard's part of an evaluation, as it is kept in a file until it is merged: a line of JSON for each image.</summary>
/// <param name="Path">The file.</param>
/// <param name="Header">Its first line.</param>
/// <param name="Images">The images in their order.</param>
/// <param name="End">Its last line.</param>
internal sealed record EvalPartFile(string Path, EvalPartHeader Header, IReadOnlyList<EvalPartImage> Images, EvalPartEnd End)
{
    /// <summary>Writes a part.</summary>
    /// <param name="path">The file to create or replace; its folder exists.</param>
    /// <param name="header">The first line.</param>
    /// <param name="images">What was found in each image.</param>
    /// <param name="part">The rest of the part.</param>
    public static void Write(string path, EvalPartHeader header, IEnumerable<EvalPartImage> images, EvaluationPart part) =>
        AtomicFile.Write(path, stream =>
        {
            using SHA256 hash = SHA256.Create();
            using (CryptoStream hashed = new(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
            {
                JsonLines.Write(hashed, header, EvalPartJson.Default.EvalPartHeader);
                foreach (EvalPartImage image in images) JsonLines.Write(hashed, image, EvalPartJson.Default.EvalPartImage);
            }

            EvalPartEnd end = new(part.Seconds, part.Comparisons, part.WithTrueBoxes, Convert.ToHexStringLower(hash.Hash!));
            JsonLines.Write(stream, end, EvalPartJson.Default.EvalPartEnd);
        });

    /// <summary>Reads a part.</summary>
    /// <param name="path">The file.</param>
    /// <param name="number">Which shard it is of, from 1.</param>
    /// <param name="count">Of how many.</param>
    /// <exception cref="InputException">It is damaged, of another version, or of another shard.</exception>
    public static EvalPartFile Read(string path, int number, int count)
    {
        try
        {
            using JsonLines file = JsonLines.OpenToRead(path);
            return Read(file, number, count);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(InputErrorKind.Unreadable, path, null, $"it cannot be read ({e.Message})", e);
        }
    }

    /// <summary>The part for a merge.</summary>
    /// <exception cref="InputException">A mask or a class is not one of the dataset.</exception>
    public EvaluationPart ToPart(InstanceDataset dataset)
    {
        List<CocoDetection> detections = [];
        foreach (EvalPartImage image in Images)
        {
            foreach (Predict.ManifestDetection detection in image.Detections)
            {
                if (dataset.IndexOfCategory(detection.Category) < 0) throw Damaged(Path, $"image {image.Id} has the unknown class {detection.Category}");
                detections.Add(ToCoco(image, detection));
            }
        }

        return new EvaluationPart(detections, Header.MaxDetections, End.Seconds)
        {
            Comparisons = End.Comparisons,
            WithTrueBoxes = End.WithTrueBoxes,
        };
    }

    /// <summary>Says what is wrong with a part.</summary>
    public static InputException Damaged(string path, string problem) =>
        new(InputErrorKind.Damaged, path, null, $"{problem}. Start the shard again.");

    private static EvalPartFile Read(JsonLines file, int number, int count)
    {
        EvalPartHeader? header = null;
        EvalPartEnd? end = null;
        List<EvalPartImage> images = [];
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((_, byte[] line) in file.Read())
        {
            if (header is null)
            {
                header = JsonLines.Parse(line, EvalPartJson.Default.EvalPartHeader);
                bool known = header is { Version: EvalPartHeader.CurrentVersion, Settings: not null, Source.Images: not null, MaxDetections: >= 0 };
                if (!known || (header!.Number, header.Count) != (number, count))
                    throw Damaged(file.Path, $"not a part (version {EvalPartHeader.CurrentVersion}) of shard {number}/{count}");
            }
            else if (end is not null)
            {
                throw Damaged(file.Path, "it goes on after its end");
            }
            else if (JsonLines.Parse(line, EvalPartJson.Default.EvalPartImage) is { Detections: not null } image)
            {
                images.Add(image);
            }
            else
            {
                end = JsonLines.Parse(line, EvalPartJson.Default.EvalPartEnd);
                if (end is not { Seconds: not null, Sha256: not null }) throw Damaged(file.Path, "it has a damaged line");
                continue;
            }

            hash.AppendData(line);
            hash.AppendData("\n"u8);
        }

        if (header is null || end is null) throw Damaged(file.Path, "it has no end");
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == end.Sha256
            ? new EvalPartFile(file.Path, header, images, end) : throw Damaged(file.Path, "it was changed since it was written");
    }

    private CocoDetection ToCoco(EvalPartImage image, Predict.ManifestDetection detection)
    {
        try
        {
            return detection.ToCoco(image.Id, image.Height, image.Width);
        }
        catch (Exception e) when (e is InputException or ArgumentException)
        {
            throw Damaged(Path, $"image {image.Id} has a damaged mask ({e.Message})");
        }
    }
}
