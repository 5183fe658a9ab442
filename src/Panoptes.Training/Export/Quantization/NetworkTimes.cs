using System.Diagnostics;
using Panoptes.Inference;

namespace Panoptes.Training.Export.Quantization;

/// <summary>Times networks in turns on the same inputs, so that whatever else the machine does meanwhile slows all of them.</summary>
internal static class NetworkTimes
{
    private const int Rounds = 3;

    /// <summary>The median of each network for an image, in milliseconds.</summary>
    public static (double One, double Other) Compare(
        INetwork one, INetwork other, IReadOnlyList<CapturedInput> inputs, CancellationToken cancellationToken)
    {
        List<double> first = [], second = [];
        for (int round = 0; round < Rounds; round++)
        {
            foreach (CapturedInput input in inputs)
            {
                first.Add(Time(one, input, cancellationToken));
                second.Add(Time(other, input, cancellationToken));
            }
        }

        return (Median(first), Median(second));
    }

    private static double Time(INetwork network, CapturedInput captured, CancellationToken cancellationToken)
    {
        using NetworkInput input = captured.Restore();
        long start = Stopwatch.GetTimestamp();
        using NetworkOutput output = network.Run(input, cancellationToken);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / input.Images.Count;
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return times[times.Count / 2];
    }
}
