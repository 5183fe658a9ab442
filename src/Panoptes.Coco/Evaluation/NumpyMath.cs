namespace Panoptes.Coco.Evaluation;

/// <summary>Arithmetic in the order of operations of NumPy, which pycocotools uses, so that results agree to the last bit.</summary>
internal static class NumpyMath
{
    /// <summary><c>numpy.linspace</c>: evenly spaced values with both ends.</summary>
    public static double[] Linspace(double start, double stop, int count)
    {
        double step = (stop - start) / (count - 1);
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (i * step) + start;
        }

        values[^1] = stop;
        return values;
    }
}
