namespace Panoptes.Torch.Kernels.Deform;

/// <summary>
/// Where one tap of one offset group reads: the four pixels around as positions in x (above left, above right, below left, below right),
/// or -1 outside of the image, where between them, and the factor of its mask.
/// </summary>
internal unsafe struct DeformSample
{
    public fixed long At[4];
    public float Down;
    public float Right;
    public float Mask;

    /// <summary>The shares of the four pixels in the sample.</summary>
    public readonly void Shares(float factor, float* shares)
    {
        shares[0] = (1 - Down) * (1 - Right) * factor;
        shares[1] = (1 - Down) * Right * factor;
        shares[2] = Down * (1 - Right) * factor;
        shares[3] = Down * Right * factor;
    }

    /// <summary>The four pixels' channels from <paramref name="channel"/> on; <paramref name="outside"/> stands for the outside.</summary>
    public readonly void Corners(float* x, int channel, float* outside, float** corners)
    {
        for (int k = 0; k < 4; k++)
        {
            corners[k] = At[k] >= 0 ? x + At[k] + channel : outside;
        }
    }
}
