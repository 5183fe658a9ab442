using Panoptes.Inference;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Distributed;
using Panoptes.Training.Models;
using LossValues = System.Collections.Generic.IReadOnlyList<(string Name, double Value)>;

namespace Panoptes.Training.Engine;

/// <summary>
/// Computes the gradients of a step, whose passes add up to one large batch. With replicas, passes run side by side, each on a thread of
/// its own, which serves narrow networks better than many threads inside each operator. In a group of processes the passes that run side by
/// side are dealt out to the processes, and their gradients are added up.
/// </summary>
internal sealed class StepGradients : IDisposable
{
    // For measuring what it saves, and for networks that it harms (docs/clusters.md).
    private static readonly bool s_overlaps = Environment.GetEnvironmentVariable("PANOPTES_MPI_OVERLAP") != "0";

    // What a pass counts, behind its losses.
    private const string Objects = "objects";
    private const string Unmatched = "unmatched";
    private const int Counted = 2;

    private readonly PanoptesConfig _config;
    private readonly TrainableModel _model;
    private readonly Device _device;
    private readonly Func<BatchLoss, Tensor, Batch, LossValues> _check;
    private readonly Replica[] _replicas;
    private readonly PassSums _sums;
    private readonly GradientSync? _sync;
    private readonly LoaderShare _share;
    private readonly ProcessGroup? _group;
    private readonly int _threads;
    private volatile NonFiniteLossException? _problem;

    /// <summary>Makes the replicas that the configuration asks for.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="card">The model's card.</param>
    /// <param name="model">The network, with the weights that it begins with.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="check">Reads a pass's losses, and throws when they are not numbers. Called from several threads.</param>
    /// <param name="group">The processes that share the passes; null for one alone.</param>
    public StepGradients(
        PanoptesConfig config,
        ModelCard card,
        TrainableModel model,
        Device device,
        Func<BatchLoss, Tensor, Batch, LossValues> check,
        ProcessGroup? group = null)
    {
        _group = group;
        _share = LoaderShare.Deal(config.Replicas, group?.Rank ?? 0, group?.Size ?? 1);
        _config = config;
        _model = model;
        _device = device;
        _check = check;
        _threads = Math.Max(1, TorchRuntime.Threads / _share.Count);
        _replicas = [.. Enumerable.Range(1, _share.Count - 1)
            .Select(i => new Replica(Copy(config, card), model, $"replica {i}"))];
        _sums = new PassSums(_share.Count, group is null ? null : group.Gather);
        _sync = group is null ? null : new GradientSync(group, [.. Models()], config.Replicas, device);
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
    /// <returns>
    /// The losses of the step, its objects, those of them that no location is assigned to, and how many epochs the last batch completes.
    /// </returns>
    public (LossValues Losses, double Objects, double Unmatched, double Epoch) Compute(
        int iteration, DataLoader loader, double scale, CancellationToken cancellationToken)
    {
        // Not after the step before: in a group the network receives the first process's running numbers between the two.
        Array.ForEach(_replicas, replica => replica.TakeBuffers());
        foreach (TrainableModel model in Models())
        {
            model.Iteration = iteration;
        }

        List<Batch> batches = [];
        try
        {
            PassWeights? weights = Load(batches, loader, cancellationToken);
            List<LossValues> losses = [];
            _sync?.Begin();
            for (int first = 0; first < batches.Count; first += _share.Count)
            {
                losses.AddRange(Compute(batches, first, weights, scale));
            }

            // In their order, whichever is ready first: sums of floats depend on it.
            if (_sync is null) Array.ForEach(_replicas, replica => replica.GiveGradients());
            else _sync.Finish();
            LossValues sums = Sum(losses);
            int terms = sums.Count - Counted;
            double epoch = loader.Position.Batches / loader.BatchesPerEpoch;
            return ([.. sums.Take(terms)], sums[terms].Value, sums[terms + 1].Value, epoch);
        }
        finally
        {
            batches.ForEach(batch => batch.Dispose());
        }
    }

    public void Dispose()
    {
        Array.ForEach(_replicas, replica => replica.Dispose());
        _sync?.Dispose();
    }

    // All batches before the first pass: what their losses are divided by together must be known.
    private PassWeights? Load(List<Batch> batches, DataLoader loader, CancellationToken cancellationToken)
    {
        int passes = _config.Schedule.Accumulation * _share.Count;
        Exception? problem = null;
        try
        {
            while (batches.Count < passes)
            {
                batches.Add(loader.Next(batches.Count == 0 ? cancellationToken : CancellationToken.None));
            }
        }
        catch (Exception error) when (_group is not null && error is InputException or OperationCanceledException)
        {
            problem = error; // the others must hear of it, or they would wait
        }

        Dictionary<string, double>[] counts = [.. batches.Select(batch => _model.CountTargets(batch).ToDictionary())];
        if (_group is not null)
        {
            counts = StepAgreement.Exchange(_group, _share, _config.Schedule.Accumulation, counts, problem);
        }

        return counts.Length > 1 ? new PassWeights(counts) : null;
    }

    private static TrainableModel Copy(PanoptesConfig config, ModelCard card) =>
        ModelFactory.Create(config, card);

    private IEnumerable<TrainableModel> Models() => _replicas.Select(replica => replica.Model).Prepend(_model);

    // The passes' shares of each loss, in their order.
    private static LossValues Sum(List<LossValues> passes) =>
        [.. passes[0].Select((loss, i) => (loss.Name, passes.Sum(pass => pass[i].Value)))];

    private List<LossValues> Compute(List<Batch> batches, int first, PassWeights? weights, double scale)
    {
        int all = TorchRuntime.Threads;
        bool isLast = first + _share.Count >= batches.Count; // of this process's passes of the step
        bool sends = s_overlaps && _sync is not null && _replicas.Length == 0 && isLast;
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
        return _group is null ? losses : [own]; // the sums of all passes already

        LossValues Pass(int member, TrainableModel model)
        {
            try
            {
                int place = (first / _share.Count * _share.Of) + _share.First + member;
                return this.Pass(
                    model, batches[first + member], loss => weights?.Weigh(place, loss) ?? loss, (count, check) => Agree(member, count, check), scale, sends);
            }
            finally
            {
                _sums.End(member);
            }
        }
    }

    // In a group: the losses of all passes side by side, once each has found its own to be numbers. No process begins a backward pass that
    // another one does not make.
    private LossValues Agree(int member, int count, Func<LossValues> check)
    {
        if (_group is null)
        {
            return check();
        }

        LossValues own;
        try
        {
            own = check();
        }
        catch (NonFiniteLossException error)
        {
            _problem = error;
            _sums.Add(member, [1, .. new double[count]]);
            throw;
        }

        double[] sums = _sums.Add(member, [0, .. own.Select(loss => loss.Value)]);
        return sums[0] == 0
            ? [.. own.Select((loss, i) => (loss.Name, sums[i + 1]))]
            : throw _problem ?? (Exception)_group.OtherFailed();
    }

    private LossValues Pass(
        TrainableModel model,
        Batch batch,
        Func<BatchLoss, BatchLoss> weigh,
        Func<int, Func<LossValues>, LossValues> agree,
        double scale,
        bool sends)
    {
        TorchRuntime.Threads = _threads;
        using TensorScope scope = new();
        Tensor images = Tensor.From<float>(batch.Pixels.Span, [batch.Images.Count, 3, batch.Height, batch.Width])
            .To(_device)
            .To(_config.ChannelsLast ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous);
        using GradientCuts cuts = new(model.SumOverPasses); // in one process too, which trains the same weights as several
        model.Cuts = cuts;
        BatchLoss loss = weigh(model.ComputeLosses(images, batch));
        Tensor total = loss.Terms.Select(t => t.Value).Aggregate((a, b) => a + b);
        LossValues losses = agree(
            loss.Terms.Count + 1 + Counted,
            () => [.. _check(loss, total, batch), (Objects, loss.Objects), (Unmatched, loss.UnmatchedObjects)]);
        total = scale == 1 ? total : total * scale;
        cuts.Backward(total, sends ? _sync!.Send : null);

        return losses;
    }
}
