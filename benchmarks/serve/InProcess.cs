using System.Diagnostics;
using System.Globalization;
using Panoptes.Imaging;
using Panoptes.Inference;

namespace Panoptes.Benchmarks.Serve;

/// <summary>The same model without a service.</summary>
internal static class InProcess
{
    /// <summary>Decodes and segments image after image on a few threads, as many as the service works with.</summary>
    public static async Task RunAsync(LoadResult result, Segmenter segmenter, IReadOnlyList<byte[]> images, int threads, TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                for (int i = thread; Stopwatch.GetElapsedTime(start) < time; i++)
                {
                    long begin = Stopwatch.GetTimestamp();
                    segmenter.Segment(Image.Decode(images[i % images.Count]));
                    result.Add("200", Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
                }
            },
            TaskCreationOptions.LongRunning)));
        result.Seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Segments images of one size in batches of several sizes on one thread and on several, which take turns.</summary>
    public static async Task CompareBatchesAsync(Segmenter segmenter, byte[] image, int threads, int rounds)
    {
        const int all = 8;
        (int Threads, int Batch)[] ways = [(1, 1), (1, 2), (1, 4), (1, 8), (threads, 1), (threads, 2), (threads, 4)];
        Dictionary<(int, int), List<(double Wall, double Processor)>> times = ways.ToDictionary(way => way, _ => new List<(double, double)>());
        for (int round = 0; round < rounds; round++)
        {
            foreach ((int Threads, int Batch) way in ways)
            {
                long begin = Stopwatch.GetTimestamp();
                TimeSpan used = Environment.CpuUsage.TotalTime;
                await Task.WhenAll(Enumerable.Range(0, way.Threads).Select(_ => Task.Factory.StartNew(
                    () =>
                    {
                        for (int done = 0; done < all / way.Threads; done += way.Batch)
                            segmenter.Segment([.. Enumerable.Range(0, way.Batch).Select(_ => Image.Decode(image))]);
                    },
                    TaskCreationOptions.LongRunning)));
                times[way].Add((
                    Stopwatch.GetElapsedTime(begin).TotalMilliseconds / all, (Environment.CpuUsage.TotalTime - used).TotalMilliseconds / all));
            }
        }

        foreach ((int Threads, int Batch) way in ways)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{way.Threads} thread(s), batches of {way.Batch}: {times[way].Min(t => t.Wall),6:0.0} ms an image at best, "
                + $"{times[way].Select(t => t.Wall).Order().ElementAt(rounds / 2),6:0.0} in the middle; of processors "
                + $"{times[way].Min(t => t.Processor),6:0.0} at best, {times[way].Select(t => t.Processor).Order().ElementAt(rounds / 2),6:0.0} in the middle"));
        }
    }
}
