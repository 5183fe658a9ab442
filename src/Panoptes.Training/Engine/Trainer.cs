using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Panoptes.Inference;
using Panoptes.Inference.MEInst;
using Panoptes.Torch;
using Panoptes.Torch.Optim;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Distributed;
using Panoptes.Training.Models;
using LossValues = System.Collections.Generic.IReadOnlyList<(string Name, double Value)>;

namespace Panoptes.Training.Engine;

/// <summary>Trains a model from a configuration: loads, steps, logs, evaluates, saves, resumes.</summary>
internal sealed class Trainer : IDisposable
{
    private readonly PanoptesConfig _config;
    private readonly TrainerOptions _options;
    private readonly ILogger _logger;
    private readonly TrainingData _data;
    private readonly RunFolder _run;
    private readonly RunLock? _lock;
    private readonly TrainingGroup _group;
    private readonly TrainableModel _model;
    private readonly ModelCard _card;
    private readonly Optimizer _optimizer;
    private readonly WeightAverage? _average;
    private readonly LearningRateSchedule _schedule;
    private readonly StepClock _clock;
    private readonly LossMeter _losses = new();
    private readonly ObjectMeter _objects = new();
    private readonly DataLoader _loader;
    private readonly StepGradients _gradients;
    private LossScale? _lossScale;
    private int _iteration;
    private int _evaluatedAt;
    private LoaderPosition _position; // behind the last step: one that could not be made comes again
    private BestEvaluation _best;
    private EvaluationResult? _lastEvaluation;
    private bool _isUpdating; // between the first changed weight of a step and its end: nothing to save

    /// <summary>Checks the configuration and the data, builds the network and opens the run's folder.</summary>
    /// <param name="config">What to train.</param>
    /// <param name="options">Where and how.</param>
    /// <param name="logger">Receives warnings about the data and the weights.</param>
    /// <exception cref="InputException">The data, the weights or the folder cannot be used; the message says what to do.</exception>
    public Trainer(PanoptesConfig config, TrainerOptions options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(options);
        _logger = logger ?? NullLogger.Instance;
        _group = new TrainingGroup(options.Processes);
        options = options with { Device = _group.DeviceFor(options.Device) };
        options.RequireFit(config);
        config = _group.Share(BatchFit.Resolve(config, options, _logger), options.Device);
        _config = config;
        _options = options;
        TorchRuntime.Threads = _group.Threads(config.Threads);
        TorchRuntime.FlushDenormals(true);
        TorchRuntime.Seed(config.Seed);
        _data = TrainingData.Load(config.Data, config.Model.IsPanoptic);
        foreach (string warning in _data.Warnings)
        {
            _logger.LogWarning("{Warning}", warning);
        }

        // Before the folder is taken: anyone who corrects a path may then start again under the same name.
        MissingFiles.RequireAll(_data.Images);
        _group.RequireSame("dataset", _data.Digest());
        _card = _group.Once(CreateCard, card => card.ToJson(), text => ModelCard.Parse(text));
        _model = ModelFactory.Create(config, _card);
        if (config.Model.Weights is { } weights && !options.Resume && _group.IsFirst)
        {
            Report(weights, WeightLoader.LoadPart(_model, weights));
        }

        _model.To(options.Device);
        _model.To(config.ChannelsLast ? MemoryFormat.ChannelsLast : MemoryFormat.Contiguous);
        _optimizer = OptimizerFactory.Create(config.Optimizer, _model);
        _average = OptimizerFactory.CreateAverage(config.Optimizer, _model);
        _lossScale = config.Precision == Precision.Amp ? new LossScale() : null;
        _best = new BestEvaluation(config.Evaluation.BestBy);
        _schedule = new LearningRateSchedule(config.Schedule, config.Optimizer);
        _clock = new StepClock(
            config.Schedule.Iterations,
            config.Schedule.BatchSize * config.Schedule.Accumulation,
            limit: config.Schedule.Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null);
        bool replaces = _group.IsFirst && !options.Resume && File.Exists(RunFolder.Named(options.Output).ConfigFile);
        _run = !_group.IsFirst ? RunFolder.Named(options.Output)
            : options.Resume ? RunFolder.Open(options.Output) : RunFolder.Create(options.Output, config);
        if (replaces)
        {
            _logger.LogInformation("{Run} holds a run that ended before it saved anything; this run replaces it", _run.Path);
        }

        _lock = _group.IsFirst ? RunLock.Take(_run) : null;
        try
        {
            LoaderPosition? position = null;
            if (options.Resume)
            {
                Checkpoint checkpoint = _group.Once(
                    () => Checkpoint.Load(_run, _model, _optimizer, _average), state => state.ToJson(), text => Checkpoint.Parse(text, _run.Path));
                ShareState();
                (_iteration, _evaluatedAt, position) = (checkpoint.Iteration, checkpoint.EvaluatedAt, checkpoint.Position);
                BestEvaluation best = checkpoint.Best ?? new BestEvaluation(BestFigure.Auto, checkpoint.BestScore);
                _best = best.Figure == _best.Figure ? best : _best;
                _lossScale = _lossScale is null ? null : checkpoint.LossScale ?? _lossScale;
                _clock.Resume(TimeSpan.FromSeconds(checkpoint.Seconds));
                if (_group.IsFirst) _run.WriteConfig(config);
            }

            _group.Broadcast(_model.State());
            _gradients = new StepGradients(
                config, _card, _model, options.Device,
                (loss, total, batch) => LossCheck.Read(loss, total, batch, _iteration + 1, _run), options.Processes);
            LoaderOptions loading = LoaderOptions.FromConfig(config) with { Warn = Warn, Share = _group.BatchesOf(config) };
            _loader = new DataLoader(_data.Images, loading, position);
            _position = _loader.Position;
            if (_group.IsFirst)
            {
                _run.WriteEnvironment(RunEnvironment.Capture(
                    options.Device.ToString(),
                    options.Arguments,
                    new Dictionary<string, string> { ["libtorch"] = TorchRuntime.Version }));
            }
        }
        catch
        {
            _lock?.Dispose();
            throw;
        }

        ModelCard CreateCard()
        {
            MethodOptions? prepared = TrainingMethod.Of(config.Model.Method).Prepare(
                config, options.Resume ? RunFolder.Open(options.Output) : null, _logger);
            return ModelCards.Create(config, _data.Classes, prepared, _data.StuffClasses, _data.MostInstances);
        }
    }

    /// <summary>Trains to the end of the schedule, or until it is cancelled; either way the state is saved.</summary>
    /// <param name="progress">Told of every step and every evaluated image.</param>
    /// <param name="cancellationToken">Ends the run after the step under way.</param>
    /// <exception cref="NonFiniteLossException">A loss became infinite or not a number.</exception>
    public TrainingOutcome Run(IProgress<ProgressReport>? progress = null, CancellationToken cancellationToken = default)
    {
        using RunMetrics? metrics = _group.IsFirst ? _run.OpenMetrics(_iteration, _evaluatedAt) : null;
        bool interrupted = false;
        try
        {
            _model.Train();
            if (!IsAtEnd)
            {
                progress?.Report(Report(TrainingPhase.Starting) with { Setup = Setup() });
            }

            if (_iteration > 0)
            {
                // The evaluation that the run was interrupted in.
                EvaluateIfDue(metrics, progress, cancellationToken);
            }

            while (!IsAtEnd)
            {
                if (_group.Processes is null) cancellationToken.ThrowIfCancellationRequested(); // a group agrees on it
                Step(progress, metrics, cancellationToken);

                // Before an evaluation, in which a run may end too: the resumed run makes it again.
                if (!IsAtEnd && IsDue(_config.Checkpoint.Every))
                {
                    Save(progress);
                }

                EvaluateIfDue(metrics, progress, cancellationToken);
            }

            // Saved before the last evaluation, which may be long: anyone who interrupts it loses nothing.
            Save(progress);
            TellWhyStopped();
            TellUnmatched();
            bool isEvaluated = IsStopped && _lastEvaluation is not null && _config.Evaluation.Limit is null;
            if (_config.Schedule.Iterations > 0 && !isEvaluated)
            {
                Evaluate(limit: null, metrics, progress, cancellationToken);
                Save(progress);
            }

            Tell(progress, TrainingPhase.Finished);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || _group.Processes is not null)
        {
            interrupted = true;
            Save(progress);
        }
        catch (ProcessLostException lost) when (lost.IsBetweenSteps)
        {
            Save(progress);
            throw;
        }
        catch (InputException error)
        {
            // A damaged image, met perhaps after many steps: repaired, it is the next one of the resumed run.
            Save(progress);
            throw InputException.ForSetting(
                null,
                $"{error.Message}; the run is saved after iteration {_iteration}, TrainerOptions.Resume goes on",
                inner: error);
        }
        catch (TorchException) when (!_isUpdating && _iteration > 0)
        {
            // Most often no memory is left, for an evaluation or for a step's larger images. No weight has changed since the last step.
            Save(progress);
            _logger.LogWarning("the run is saved after iteration {Iteration} and can be resumed", _iteration);
            throw;
        }

        return new TrainingOutcome(_run, _iteration, _clock.Elapsed.TotalSeconds, interrupted, interrupted ? null : _lastEvaluation, _data);
    }

    /// <summary>Makes one step, to see whether it can be made.</summary>
    internal void Try()
    {
        _model.Train();
        using RunMetrics metrics = _run.OpenMetrics(0);
        Step(progress: null, metrics, CancellationToken.None);
    }

    /// <summary>Makes a few steps and evaluates a few images, to tell what the whole run would take.</summary>
    internal DryRunResult Measure(CancellationToken cancellationToken)
    {
        const int timedSteps = 2;
        const int timedImages = 2;
        TrainingSetup setup = Setup();
        _model.Train();
        using RunMetrics metrics = _run.OpenMetrics(0);

        // The first step takes memory and starts threads, which later ones do not.
        Step(progress: null, metrics, cancellationToken);
        TimeSpan before = _clock.Elapsed;
        for (int i = 0; i < timedSteps; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Step(progress: null, metrics, cancellationToken);
        }

        TimeSpan step = (_clock.Elapsed - before) / timedSteps;
        TimeSpan image = TimeSpan.Zero;
        if (_data.Validation is { } data)
        {
            using TorchNetwork network = new(_model, _card, _options.Device, _config.ChannelsLast, ownsModel: false);
            int images = Math.Min(timedImages, data.Objects.Images.Count);
            long start = Stopwatch.GetTimestamp();
            new Evaluator(data) { Warn = Warn }.Run(new Segmenter(network), images, cancellationToken: cancellationToken);
            image = Stopwatch.GetElapsedTime(start) / Math.Max(1, images);
        }

        return DryRunResult.Of(_config, setup, step, image);
    }

    /// <summary>Stops the loader's threads and frees the network.</summary>
    public void Dispose()
    {
        _loader.Dispose();
        _gradients.Dispose();
        _optimizer.Dispose();
        _average?.Dispose();
        _model.Dispose();
        _lock?.Dispose();
    }

    private void Step(IProgress<ProgressReport>? progress, RunMetrics? metrics, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        _optimizer.LearningRate = _schedule.At(_iteration, _clock.LimitUsed);
        (LossValues losses, double objects, double unmatched, double epoch) = _gradients.Compute(
            _iteration, _loader, _lossScale?.Value ?? 1, cancellationToken);
        _losses.Add(losses);
        _objects.Add(objects, unmatched);

        _isUpdating = true;
        if (UnscaleGradients())
        {
            if (_config.Optimizer.ClipNorm is { } norm)
            {
                _optimizer.ClipGradNorm(norm);
            }

            _optimizer.Step();
            _average?.Update();
        }

        _optimizer.ZeroGrad();
        _group.BroadcastBuffers(_model);
        _iteration++;
        _position = _loader.Position;
        _isUpdating = false;
        _group.AtStep(_iteration);
        _clock.Add(TimeSpan.FromSeconds(_group.Agree(Stopwatch.GetElapsedTime(start).TotalSeconds)));
        bool log = IsDue(_config.Logging.Every) || IsAtEnd || _iteration == 1;
        progress?.Report(Report(TrainingPhase.Training) with { Epoch = epoch, Losses = _losses.Average() });
        if (log)
        {
            metrics?.Write(Metrics(epoch));
            _losses.Clear();
            _objects.Clear();
        }
    }

    // False when gradients overflowed in float16, and the step is to be skipped. Elsewhere there is no check, and no cost.
    private bool UnscaleGradients()
    {
        if (_lossScale is null)
        {
            return true;
        }

        _optimizer.ScaleGrad(1 / _lossScale.Value);
        bool finite = double.IsFinite(_optimizer.ClipGradNorm(double.PositiveInfinity));
        _lossScale = _lossScale.After(finite);
        return finite;
    }

    private void EvaluateIfDue(RunMetrics? metrics, IProgress<ProgressReport>? progress, CancellationToken cancellationToken)
    {
        if (!IsAtEnd && IsDue(_config.Evaluation.Every) && _evaluatedAt != _iteration)
        {
            Evaluate(_config.Evaluation.Limit, metrics, progress, cancellationToken);
        }
    }

    private void Evaluate(int? limit, RunMetrics? metrics, IProgress<ProgressReport>? progress, CancellationToken cancellationToken)
    {
        if (_data.Validation is null)
        {
            return;
        }

        _group.RequireSame("network after its steps", _model.State());
        using IDisposable? averaged = _average?.Begin();
        TorchNetwork network = new(_model, _card, _options.Device, _config.ChannelsLast, ownsModel: false);
        Segmenter segmenter = new(network);
        EvaluationProgress? told = progress is null ? null : new EvaluationProgress(progress, Report(TrainingPhase.Evaluating));
        Evaluator evaluator = new(_data.Validation) { Warn = Warn, Processes = _group.Processes };
        int images = evaluator.Count(Math.Min(limit ?? int.MaxValue, _config.Data.Val.Limit ?? int.MaxValue));
        (EvaluationResult result, EvaluationResult compared) = evaluator.RunWithFirst(
            segmenter, images, evaluator.Count(_config.Evaluation.Limit), told, cancellationToken);
        _lastEvaluation = result;

        // By the images that every evaluation has: figures of all images and of the first ones cannot be compared.
        _best = _best.After(compared.ScoreBy(_best.Figure), _iteration);
        _evaluatedAt = _iteration;
        if (!_group.IsFirst) return;
        IReadOnlyDictionary<string, double> numbers = result.Figures();
        metrics!.Write(Metrics(_loader.Position.Batches / _loader.BatchesPerEpoch) with { Evaluation = numbers });
        SampleSheets.Draw(segmenter, _data.Validation, first: 0, _config.Evaluation.Samples, _run.SamplesAt(_iteration));
        if (_best.Since == 0)
        {
            ModelFile.Save(_run.BestModel, _model, _card);
        }

        progress?.Report(Report(TrainingPhase.Evaluating) with
        {
            EvaluatedImages = result.Images,
            ImagesToEvaluate = result.Images,
            Evaluation = numbers,
        });
    }

    // The optimizer's state and the average, which only the first process has read.
    private void ShareState()
    {
        if (_group.Processes is null) return;
        using TensorScope scope = new();
        List<(string, Tensor)> optimizer = [.. _group.BroadcastAll(_optimizer.State())];
        List<(string, Tensor)> average = [.. _group.BroadcastAll(_average?.State() ?? [])];
        if (_group.IsFirst) return;
        _optimizer.LoadState(optimizer);
        _average?.LoadState(average);
    }

    private void Save(IProgress<ProgressReport>? progress)
    {
        if (!_group.IsFirst) return;
        Tell(progress, TrainingPhase.Saving);
        using (_average?.Begin())
        {
            ModelFile.Save(_run.LastModel, _model, _card);
        }

        new Checkpoint
        {
            Iteration = _iteration,
            Seconds = _clock.Elapsed.TotalSeconds,
            BestScore = _best.Value,
            Best = _best,
            EvaluatedAt = _evaluatedAt,
            LossScale = _lossScale,
            Position = _position,
            RandomState = TorchRuntime.RandomState(),
        }.Save(_run, _model, _card, _optimizer, _average);
        if (_config.Checkpoint.Keep > 0)
        {
            using IDisposable? averaged = _average?.Begin();
            ModelFile.Save(_run.KeptModel(_iteration), _model, _card);
            _run.PruneKeptModels(_config.Checkpoint.Keep);
        }
    }

    private bool IsAtEnd => _iteration >= _config.Schedule.Iterations || _clock.LimitUsed >= 1 || IsStopped;

    private bool IsStopped => _best.Since >= _config.Evaluation.Patience;

    private void TellWhyStopped()
    {
        if (IsStopped)
        {
            _logger.LogInformation(
                "stopped after iteration {Iteration}: {Count} evaluations (evaluation.patience) were not better than {Best} at {At}",
                _iteration, _best.Since, _best.Value, _best.Iteration);
        }
    }

    private void TellUnmatched()
    {
        const double mostUnmatched = 0.05;
        if (_objects.ShareOfRun is double share && share > mostUnmatched)
        {
            _logger.LogInformation(
                "advice: input.short_side: raise it ({ShortSide}); {Percent:0.#} % of the objects had no location of the grid, and "
                + "nothing was learned from them: they are too small or too thin, or others cover their centers.",
                $"{_config.Input.ShortSide}", 100 * share);
        }
    }

    private bool IsDue(int every) => every > 0 && _iteration % every == 0;

    private void Tell(IProgress<ProgressReport>? progress, TrainingPhase phase) => progress?.Report(Report(phase));

    private ProgressReport Report(TrainingPhase phase) => new()
    {
        Phase = phase,
        Iteration = _iteration,
        Iterations = _clock.ExpectedIterations(_iteration),
        Epoch = _loader.Position.Batches / _loader.BatchesPerEpoch,
        LearningRate = _schedule.At(Math.Max(_iteration - 1, 0), _clock.LimitUsed),
        ImagesPerSecond = _clock.ImagesPerSecond,
        Elapsed = _clock.Elapsed,
        Remaining = _clock.Remaining(_iteration),
    };

    private TrainingSetup Setup() => TrainingSetup.Of(_config, _data, _model, _options, _iteration, _run.Path);

    private TrainingMetrics Metrics(double epoch) => new()
    {
        Iteration = _iteration,
        Epoch = epoch,
        LearningRate = _schedule.At(Math.Max(_iteration - 1, 0), _clock.LimitUsed),
        Losses = _losses.Average(),
        Unmatched = _objects.Share,
        Seconds = _clock.Elapsed.TotalSeconds,
        ImagesPerSecond = _clock.ImagesPerSecond,
        MemoryMiB = Environment.WorkingSet / 1048576.0,
    };

    private void Warn(string warning) => _logger.LogWarning("{Warning}", warning);

    private void Report(string path, LoadReport report)
    {
        _logger.LogInformation(
            "{Path}: {Loaded} tensors taken over, {Missing} of the network start from random values, {Unused} of the file are not used",
            path, report.Loaded, report.Missing.Count, report.Unused.Count);
        foreach (string name in report.Missing.Where(m => m.StartsWith("'backbone", StringComparison.Ordinal)))
        {
            _logger.LogWarning("{Path}: the backbone's {Name} starts from random values", path, name);
        }
    }

    private sealed class EvaluationProgress(IProgress<ProgressReport> target, ProgressReport report) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value) =>
            target.Report(report with { EvaluatedImages = value.Done, ImagesToEvaluate = value.Total });
    }
}
