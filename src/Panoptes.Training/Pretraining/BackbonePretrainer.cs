using System.Diagnostics;
using Panoptes.Torch;
using Panoptes.Torch.Optim;
using Panoptes.Torch.Serialization;
using Panoptes.Training.Configuration;
using Panoptes.Training.Configuration.Binding;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;
using Panoptes.Training.Import;
using Panoptes.Training.Models;

namespace Panoptes.Training.Pretraining;

/// <summary>
/// Trains a backbone to tell classes of images apart, for <c>model.weights</c> of a detector; or measures, by a linear probe, what one
/// knows.
/// </summary>
/// <example><code>
/// PretrainOptions options = new() { Size = 64, Epochs = 20 };
/// PretrainResult result = BackbonePretrainer.Run("imagenet/train", "imagenet/val", "backbone.safetensors", options);
/// </code></example>
public static class BackbonePretrainer
{
    private const double RatePer256 = 0.1; // He et al. 2016; for each 256 images by Goyal et al. 2017
    private const double ProbeRate = 0.003;
    private const double WarmupPart = 0.05;
    private const int ReportEvery = 10;

    /// <summary>
    /// Trains, measures and writes the backbone, with what it expects of images (order of colors, means), named as in torchvision.
    /// </summary>
    /// <param name="train">A folder or a zip with a folder of images for each class.</param>
    /// <param name="validation">The same to measure on; null measures nothing.</param>
    /// <param name="output">The file of the backbone (*.safetensors); null, allowed only with a linear probe, writes none.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told every few steps.</param>
    /// <param name="cancellationToken">Stops after the step under way; what was learned until then is written.</param>
    /// <exception cref="InputException">
    /// Images or weights are missing or damaged, or an option is not allowed. What was learned before a damaged image is written.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped; the backbone is written.</exception>
    public static PretrainResult Run(
        string train,
        string? validation,
        string? output,
        PretrainOptions? options = null,
        IProgress<PretrainProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(train);
        options ??= new PretrainOptions();
        options.Validate();
        if (output is null && !options.LinearProbe) throw new ArgumentNullException(nameof(output));
        long start = Stopwatch.GetTimestamp();
        using ClassImages images = ClassImages.Open(train);
        using ClassImages? held = validation is null ? null : ClassImages.Open(validation, images.Classes);
        PanoptesConfig config = ConfigOf(options);
        if (config.Model.Weights == ModelConfig.ImageNet) ImageNetWeights.RequireFile();
        TorchRuntime.Seed(unchecked((long)options.Seed));
        using Classifier network = new(config.Model.Backbone, images.Classes.Count);
        if (config.Model.Weights is { } weights) WeightLoader.LoadPart(network, weights);
        Pass pass = new(network, config, options, progress, cancellationToken);
        Accuracy? accuracy = options.LinearProbe
            ? pass.Probe(images, held)
            : pass.Train(images, held, () => Save(output!, network, config));
        return new PretrainResult(
            options.LinearProbe ? null : output,
            images.Images.Count,
            images.Classes,
            held?.Images.Count ?? 0,
            accuracy?.Top1,
            accuracy?.Top5,
            Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    // The colors that the weights expect, as a detector's configuration with these weights has them.
    private static PanoptesConfig ConfigOf(PretrainOptions options)
    {
        string[] weights = options.Weights is { } start ? [$"model.weights={start}"] : [];
        string type = $"model.backbone.type={EnumNames.NameOf(options.Backbone.Type)}";
        PanoptesConfig config = ConfigLoader.Parse("", "pretraining", [type, .. weights]);
        BackboneConfig backbone = options.Backbone with
        {
            Norm = options.LinearProbe ? BackboneNorm.FrozenBatchNorm : BackboneNorm.BatchNorm,
            FrozenStages = options.LinearProbe ? 5 : 0,
            StrideIn1x1 = config.Model.Backbone.StrideIn1x1,
            NormEpsilon = config.Model.Backbone.NormEpsilon,
        };
        return config with { Model = config.Model with { Backbone = backbone } };
    }

    private static void Save(string output, Classifier network, PanoptesConfig config) => SafetensorsWriter.Write(
        output,
        network.Backbone.State(),
        new Dictionary<string, string> { ["format"] = "pt", [WeightCard.MetadataKey] = WeightCard.Of(config).ToJson() });

    private readonly record struct Accuracy(double Top1, double Top5);

    /// <summary>One run's parts that stay the same.</summary>
    private sealed class Pass(
        Classifier network,
        PanoptesConfig config,
        PretrainOptions options,
        IProgress<PretrainProgress>? progress,
        CancellationToken cancellationToken)
    {
        private double? _top1;
        private double _loss;
        private int _losses;
        private long _since = Stopwatch.GetTimestamp();
        private int _imagesSince;

        /// <summary>Trains all layers.</summary>
        public Accuracy? Train(ClassImages images, ClassImages? held, Action save)
        {
            int batch = Math.Min(options.BatchSize, images.Images.Count);
            int perEpoch = Math.Max(1, images.Images.Count / batch);
            int steps = checked(perEpoch * options.Epochs);
            (Optimizer optimizer, LearningRateSchedule schedule) =
                Prepare(OptimizerKind.Sgd, options.LearningRate ?? RatePer256 * batch / 256, steps, batch);
            using Optimizer owned = optimizer;
            ClassBatches batches = new(images, config.Input, options);
            Accuracy? accuracy = null;
            int made = 0;
            int[] order = Order(images, 0);
            Task<(float[], long[])> next = Make(0);
            try
            {
                for (int step = 0; step < steps; step++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    (float[] pixels, long[] classes) = next.GetAwaiter().GetResult();
                    if (step + 1 < steps)
                    {
                        if ((step + 1) % perEpoch == 0) order = Order(images, (step + 1) / perEpoch);
                        next = Make(step + 1);
                    }

                    optimizer.LearningRate = schedule.At(step);
                    using TensorScope scope = new();
                    network.Train();
                    Step(optimizer, network.Features(Images(pixels)), classes);
                    made = step + 1;
                    Report("train", made, steps, classes.Length);
                    if ((step + 1) % perEpoch == 0)
                    {
                        accuracy = held is null ? null : Measure(Features(held, "evaluate"));
                        save();
                    }
                }
            }
            catch (OperationCanceledException)
            {
                save();
                throw;
            }
            catch (InputException error) when (made > 0)
            {
                // A damaged image, met perhaps after hours. Random weights, before the first step, are nothing to keep.
                save();
                throw InputException.ForSetting(
                    null, $"{error.Message}; what was learned in {made} of {steps} steps is written", inner: error);
            }

            return accuracy;

            Task<(float[], long[])> Make(int step)
            {
                ReadOnlyMemory<int> places = order.AsMemory(step % perEpoch * batch, batch);
                return Task.Run(() => batches.Make(places, step / perEpoch, cancellationToken), cancellationToken);
            }
        }

        /// <summary>Trains only the linear layer, on features that are computed once.</summary>
        public Accuracy? Probe(ClassImages images, ClassImages? held)
        {
            using Labeled known = Features(images, "features");
            using Labeled? unknown = held is null ? null : Features(held, "features to measure on");
            int batch = Math.Min(options.BatchSize, images.Images.Count);
            int perEpoch = Math.Max(1, images.Images.Count / batch);
            int steps = checked(perEpoch * options.Epochs);
            (Optimizer optimizer, LearningRateSchedule schedule) =
                Prepare(OptimizerKind.AdamW, options.LearningRate ?? ProbeRate, steps, batch);
            using Optimizer owned = optimizer;
            int[] order = [];
            for (int step = 0; step < steps; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (step % perEpoch == 0) order = Order(images, step / perEpoch);
                optimizer.LearningRate = schedule.At(step);
                using TensorScope scope = new();
                long[] places = [.. order.Skip(step % perEpoch * batch).Take(batch).Select(place => (long)place)];
                Step(
                    optimizer,
                    known.Features.IndexSelect(0, Tensor.From<long>(places)),
                    [.. places.Select(place => known.Classes[place])]);
                Report("train", step + 1, steps, batch);
            }

            return unknown is null ? null : Measure(unknown);
        }

        private (Optimizer Optimizer, LearningRateSchedule Schedule) Prepare(OptimizerKind kind, double rate, int steps, int batch)
        {
            OptimizerConfig optimizer = new()
            {
                Kind = kind,
                LearningRate = rate,
                ScaleToBatch = false,
                WeightDecay = 1e-4,
                Style = ParameterStyle.NoBiasDecay,
            };
            ScheduleConfig schedule = new()
            {
                Iterations = steps,
                BatchSize = batch,
                Warmup = new() { Kind = WarmupKind.Linear, Factor = 0.01, Iterations = (int)(steps * WarmupPart) },
                Decay = new() { Kind = DecayKind.Cosine, Final = 0 },
            };
            return (OptimizerFactory.Create(optimizer, network), new LearningRateSchedule(schedule, optimizer));
        }

        private void Step(Optimizer optimizer, Tensor features, long[] classes)
        {
            optimizer.ZeroGrad();
            Tensor loss = network.Classify(features).CrossEntropyLoss(Tensor.From<long>(classes));
            loss.Backward();
            optimizer.Step();
            _loss += loss.ToDouble();
            _losses++;
        }

        /// <summary>The features of all images, at their middles.</summary>
        private Labeled Features(ClassImages images, string stage)
        {
            ClassBatches batches = new(images, config.Input, options);
            network.Train(false);
            using NoGrad noGrad = new();
            List<Tensor> parts = [];
            int[] all = [.. Enumerable.Range(0, images.Images.Count)];
            long[] classes = [.. images.Images.Select(image => (long)image.Class)];
            try
            {
                for (int first = 0; first < all.Length; first += options.BatchSize)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    int count = Math.Min(options.BatchSize, all.Length - first);
                    (float[] pixels, _) = batches.Make(all.AsMemory(first, count), epoch: null, cancellationToken);
                    using TensorScope scope = new();
                    parts.Add(scope.Keep(network.Features(Images(pixels)))); // [n, C]
                    Report(stage, first + count, all.Length, count);
                }

                return new Labeled(Tensor.Cat(parts.ToArray(), 0), classes); // [N, C]
            }
            finally
            {
                parts.ForEach(part => part.Dispose());
            }
        }

        private Accuracy Measure(Labeled images)
        {
            using NoGrad noGrad = new();
            using TensorScope scope = new();
            Tensor logits = network.Classify(images.Features); // [N, classes]
            int classes = (int)logits.Size(1);
            float[] values = new float[logits.Count];
            logits.CopyTo<float>(values);
            int first = 0, firstFive = 0;
            for (int i = 0; i < images.Classes.Length; i++)
            {
                ReadOnlySpan<float> row = values.AsSpan(i * classes, classes);
                float own = row[(int)images.Classes[i]];
                int before = 0;
                foreach (float other in row) before += other > own ? 1 : 0;
                if (before < 1) first++;
                if (before < 5) firstFive++;
            }

            _top1 = (double)first / images.Classes.Length;
            return new Accuracy(_top1.Value, (double)firstFive / images.Classes.Length);
        }

        private Tensor Images(float[] pixels) =>
            Tensor.From<float>(pixels, [pixels.Length / (3 * options.Size * options.Size), 3, options.Size, options.Size]);

        private int[] Order(ClassImages images, int epoch)
        {
            int[] order = [.. Enumerable.Range(0, images.Images.Count)];
            RandomStream random = new(options.Seed, RandomPurpose.Order, (ulong)epoch);
            random.Shuffle<int>(order);
            return order;
        }

        private void Report(string stage, int done, int total, int images)
        {
            _imagesSince += images;
            bool isTraining = stage == "train";
            if (isTraining && done % ReportEvery != 0 && done != total) return;
            double speed = _imagesSince / Math.Max(Stopwatch.GetElapsedTime(_since).TotalSeconds, 1e-9);
            progress?.Report(new PretrainProgress(stage, done, total, isTraining && _losses > 0 ? _loss / _losses : null, _top1, speed));
            (_loss, _losses, _imagesSince, _since) = (0, 0, 0, Stopwatch.GetTimestamp());
        }
    }

    private sealed record Labeled(Tensor Features, long[] Classes) : IDisposable
    {
        public void Dispose() => Features.Dispose();
    }
}
