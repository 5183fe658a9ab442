using Panoptes.Inference;

namespace Panoptes.Training.Export.Quantization;

/// <summary>A network's input that outlives the run.</summary>
/// <param name="Images">The images.</param>
/// <param name="Width">Their padded width.</param>
/// <param name="Height">Their padded height.</param>
/// <param name="Values">The values [N, 3, H, W].</param>
internal sealed record CapturedInput(IReadOnlyList<InputImage> Images, int Width, int Height, float[] Values)
{
    /// <summary>The input once more, the caller's to dispose.</summary>
    public NetworkInput Restore()
    {
        NetworkInput input = new(Images, Width, Height);
        Values.CopyTo(input.Data);
        return input;
    }
}
