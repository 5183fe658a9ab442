namespace Panoptes.Torch.Kernels.Deform;

/// <summary>Reads a deformable convolution's sizes from its tensors.</summary>
internal static class DeformShapes
{
    /// <summary>The sizes and steps; <paramref name="steps"/> are stride, padding and dilation, each in y and x.</summary>
    /// <exception cref="TorchException">The shapes do not go together; the message names them.</exception>
    public static DeformGeometry Read(
        Tensor x, Tensor offset, Tensor? mask, Tensor weight, Tensor? bias, ReadOnlySpan<long> steps)
    {
        Require(x.Rank == 4 && weight.Rank == 4 && offset.Rank == 4, "x, offset and weight have four dimensions");
        ReadOnlySpan<long> image = x.Shape, kernel = weight.Shape, moved = offset.Shape;
        for (int i = 0; i < 2; i++)
        {
            Require(
                steps[i] > 0 && steps[2 + i] >= 0 && steps[4 + i] > 0 && kernel[2 + i] > 0, "steps and kernel are positive");
        }

        (long channels, long outputs, long taps) = (image[1], kernel[0], kernel[2] * kernel[3]);
        Require(kernel[1] > 0 && channels > 0 && channels % kernel[1] == 0, "weight's second size divides x's channels");
        long groups = channels / kernel[1];
        Require(outputs > 0 && outputs % groups == 0, "the groups divide the outputs");
        Require(moved[1] > 0 && moved[1] % (2 * taps) == 0, "offset has two channels for each tap and offset group");
        long offsetGroups = moved[1] / (2 * taps);
        Require(channels % offsetGroups == 0, "the offset groups divide x's channels");
        Require(
            steps[4] * (kernel[2] - 1) < image[2] + (2 * steps[2]) && steps[5] * (kernel[3] - 1) < image[3] + (2 * steps[3]),
            "the kernel is not larger than the padded image");
        DeformGeometry g = new(
            Int(image[0]), Int(channels), Int(image[2]), Int(image[3]), Int(outputs), Int(kernel[2]), Int(kernel[3]), Int(steps[0]),
            Int(steps[1]), Int(steps[2]), Int(steps[3]), Int(steps[4]), Int(steps[5]), Int(groups), Int(offsetGroups));
        Require(moved[0] == g.Images && moved[2] == g.OutHeight && moved[3] == g.OutWidth, "offset has the output's places");
        Require(
            mask is null || mask.Shape.SequenceEqual([g.Images, g.Samples, g.OutHeight, g.OutWidth]),
            "mask has a channel for each tap and offset group, and the output's places");
        Require(bias is null || bias.Shape.SequenceEqual([outputs]), "bias has a number for each output");
        return g;

        static int Int(long size) => checked((int)size);

        void Require(bool right, string what)
        {
            if (!right)
            {
                string masks = mask is null ? "" : $", mask {mask.ShapeText()}", biases = bias is null ? "" : $", bias {bias.ShapeText()}";
                throw new TorchException(
                    $"deform_conv2d: {what} (x {x.ShapeText()}, offset {offset.ShapeText()}{masks}, weight {weight.ShapeText()}{biases})");
            }
        }
    }
}
