using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Models;
using LossValues = System.Collections.Generic.IReadOnlyList<(string Name, double Value)>;

namespace Panoptes.Training.Engine;

/// <summary>
/// Computes the gradients of a step, whose passes add up to one large batch. With replicas, passes run side by side, each on a thread of
/// its own, which serves narrow networks better than many threads inside each operator.
/// </summary>
internal sealed class StepGradients : IDisposable
{
    private readonly PanoptesConfig _config;
    private readonly TrainableModel _model;
    private readonly Device _device;
    private readonly Func<BatchLoss, Tensor, Batch, LossValues> _check;
    private readonly Replica[] _replicas;
    private readonly PassSums _sums;
    private readonly int _threads;

    /// <summary>Makes the replicas that the configuration asks for.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="card">The model's card.</param>
    /// <param name="model">The network, with the weights that it begins with.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="check">Reads a pass's losses, and throws when they are not numbers. Called from several threads.</param>
    public StepGradients(
        PanoptesConfig config, ModelCard card, TrainableModel model, Device device, Func<BatchLoss, Tensor, Batch, LossValues> check)
    {
        _config = config;
        _model = model;
        _device = device;
        _check = check;
        _threads = Math.Max(1, TorchRuntime.Threads / config.Replicas);
        _replicas = [.. Enumerable.Range(1, config.Replicas - 1)
            .Select(i => new Replica(Copy(config, card), model, $"replica {i}"))];
        _sums = new PassSums(config.Replicas);
        foreach ((int pass, TrainableModel member) in Models().Index())
        {
            member.SumOverPasses = own => _sums.Add(pass, own);
        }
    }

    /// <summary>Computes all passes of one step; the gradients are in the model's parameters then.</summary>
    /// <param name="iteration">Steps made before this one.</param>
    /// <param name="loader">Gives the batches.</param>
    /// <param name="scale">Factor of the gradients.</param>
    /// <param name="cancellationToken">Heeded before the first batch only: a step is made whole, or not begun.</param>
    /// <returns>The losses of the step, and how many epochs the last batch completes.</returns>
    public (LossValues Losses, double Epoch) Compute(
        int iteration, DataLoader loader, double scale, CancellationToken cancellationToken)
    {
        foreach (TrainableModel model in Models())
        {
            model.Iteration = iteration;
        }

        List<Batch> batches = [];
        try
        {
            // All of them before the first pass: what their losses are divided by together must be known.
            while (batches.Count < _config.Schedule.Accumulation * _config.Replicas)
            {
                batches.Add(loader.Next(batches.Count == 0 ? cancellationToken : CancellationToken.None));
            }

            PassWeights? weights = batches.Count > 1 ? new([.. batches.Select(_model.CountTargets)]) : null;
            List<LossValues> losses = [];
            for (int first = 0; first < batches.Count; first += _config.Replicas)
            {
                losses.AddRange(Compute(batches, first, weights, scale));
            }

            Array.ForEach(_replicas, replica => replica.TakeBuffers());
            return (Sum(losses), batches[^1].Epoch);
        }
        finally
        {
            batches.ForEach(batch => batch.Dispose());
        }
    }

    public void Dispose() => Array.ForEach(_replicas, replica => replica.Dispose());

    private static TrainableModel Copy(PanoptesConfig config, ModelCard card) =>
        ModelFactory.Create(config, card);

    private IEnumerable<TrainableModel> Models() => _replicas.Select(replica => replica.Model).Prepend(_model);

    // The passes' shares of each loss, in their order.
    private static LossValues Sum(List<LossValues> passes) =>
        [.. passes[0].Select((loss, i) => (loss.Name, passes.Sum(pass => pass[i].Value)))];

    private List<LossValues> Compute(List<Batch> batches, int first, PassWeights? weights, double scale)
    {
        int all = TorchRuntime.Threads;
        _sums.Begin();
        Task<LossValues>[] others =
            [.. _replicas.Select((replica, i) => replica.Start(() => Pass(i + 1, replica.Model)))];
        LossValues own;
        try
        {
            own = Pass(0, _model);
        }
        finally
        {
            // Whatever any of them threw: none may still compute when the batches are given back.
            ((Task)Task.WhenAll(others)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing).GetAwaiter().GetResult();
            TorchRuntime.Threads = all;
        }

        List<LossValues> losses = [own, .. others.Select(task => task.GetAwaiter().GetResult())];

        // In their order, whichever is ready first: sums of floats depend on it.
        Array.ForEach(_replicas, replica => replica.GiveGradients());
        return losses;

        LossValues Pass(int member, TrainableModel model)
        {
            try
            {
                return this.Pass(model, batches[first + member], loss => weights?.Weigh(first + member, loss) ?? loss, scale);
            }
            finally
            {
                _sums.End(member);
            }
        }
    }

    private LossValues Pass(TrainableModel model, Batch batch, Func<BatchLoss, BatchLoss> weigh, double scale)
    {
        TorchRuntime.Threads = _threads;
        using TensorScope scope = new();
        Tensor images = Tensor.From<float>(batch.Pixels.Span, [batch.Images.Count, 3, batch.Height, batch.Width])
            .To(_device)
            .To(_config.ChannelsLast ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous);
        BatchLoss loss = weigh(model.ComputeLosses(images, batch));
        Tensor total = loss.Terms.Select(t => t.Value).Aggregate((a, b) => a + b);
        LossValues losses = _check(loss, total, batch);
        (scale == 1 ? total : total * scale).Backward();
        return losses;
    }
}
