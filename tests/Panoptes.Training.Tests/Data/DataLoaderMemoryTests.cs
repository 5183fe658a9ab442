using Panoptes.Training.Data;

namespace Panoptes.Training.Tests.Data;

// Alone, because it measures the heap of the whole process.
[Collection(TorchCollection.Name)]
public sealed class DataLoaderMemoryTests : IDisposable
{
    private readonly ImageSet _set = ImageSet.Create(14);

    public void Dispose() => _set.Dispose();

    [Fact]
    public void Memory_stays_flat_over_500_batches()
    {
        LoaderOptions options = ImageSet.Options(64, batchSize: 2, workers: 2) with { Prefetch = 3 };
        using DataLoader loader = new(_set.Records, options);
        HashSet<Batch> distinct = new(ReferenceEqualityComparer.Instance);
        Use(100);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Use(400);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        // Batches kept alive would come to 400 times some 150 KB; what the workers have in hand at the moment comes and goes.
        Assert.InRange(after - before, long.MinValue, 2_000_000);
        // Three ahead, one in use, two on the way.
        Assert.InRange(distinct.Count, 1, 6);

        void Use(int batches)
        {
            for (int i = 0; i < batches; i++)
            {
                using Batch batch = loader.Next(TestContext.Current.CancellationToken);
                distinct.Add(batch);
            }
        }
    }
}
