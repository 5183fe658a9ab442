using Panoptes.Masks;
using Panoptes.Torch;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;
using Panoptes.Training.Models;
using Panoptes.Training.Models.Ciae;

namespace Panoptes.Training.Tests.Models.Ciae;

[Collection(TorchCollection.Name)]
public class CiaeLossTests
{
    private const string Ciae = TinyCiae.Prefix;
    private const int Stuff = TinyCiae.Stuff;

    /// <summary>L_CAE and L_IAE from the network's raw outputs, pixel by pixel and query by query.</summary>
    [Theory]
    [InlineData()]
    [InlineData(Ciae + "loss_stride=4")]
    [InlineData(Ciae + "things=specific")]
    [InlineData(Ciae + "things=none")]
    [InlineData(Ciae + "margin=0.3", Ciae + "top_k=2")]
    [InlineData(Ciae + "top_k=0", Ciae + "box_filter=0")]
    [InlineData(Ciae + "box_filter=1")]
    [InlineData(Ciae + "box_filter=1.25", Ciae + "loss_stride=4")]
    [InlineData(Ciae + "box_filter=2", Ciae + "thing_weight=1")]
    [InlineData(Ciae + "category_weight=0.5", Ciae + "instance_weight=1")]
    [InlineData(Ciae + "hard_pixel_percent=5")]
    [InlineData(Ciae + "hard_pixel_percent=20", Ciae + "loss_stride=4", Ciae + "detach_means=true")]
    public void Both_losses_are_those_of_loops_over_pixels_and_queries(params string[] settings)
    {
        PanoptesConfig config = TinyCiae.Config(settings);
        using CiaeModel model = TinyCiae.Wide(config);
        model.Train(false);
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using Batch batch = TinyCiae.Batch(config);
        BatchLoss loss = model.ComputeLosses(TinyModel.Images(batch), batch);
        CiaeConfig ciae = config.Model.Ciae;
        double[][,,] embeddings = Embeddings(model, batch);
        double[][] memory = Memory(model);
        if (ciae.Things != ThingClasses.None)
        {
            double expected = SlowTripletLoss.Compute(ciae, embeddings.Select((e, n) => Categories(ciae, e, memory, batch, n)));
            Assert.Equal(1, Term(loss, "category") / (expected * ciae.CategoryWeight), 1e-4);
        }
        else
        {
            Assert.DoesNotContain(loss.Terms, t => t.Name == "category");
        }

        double instances = SlowTripletLoss.Compute(ciae, embeddings.Select((e, n) => Instances(ciae, e, memory, batch, n)));
        Assert.Equal(1, Term(loss, "instance") / (instances * ciae.InstanceWeight), 1e-4);
    }

    /// <summary>Each switch of the paper's tables, and the losses that it changes. The weights are the same.</summary>
    [Theory]
    [InlineData("box_filter=0", "instance")]
    [InlineData("box_filter=1", "instance")]
    [InlineData("thing_weight=1", "instance")]
    [InlineData("instance_weight=1", "instance")]
    [InlineData("category_weight=2", "category")]
    [InlineData("margin=0.1", "category", "instance")]
    [InlineData("top_k=2", "category", "instance")]
    [InlineData("hard_pixel_percent=5", "category", "instance")]
    [InlineData("loss_stride=4", "class", "box", "centerness", "category", "instance")]
    [InlineData("sample_in_mask=false", "class", "box", "centerness")]
    [InlineData("momentum=0", "category", "instance")]
    [InlineData("momentum=0.9999")]
    [InlineData("detach_means=true")]
    public void A_switch_changes_what_it_says(string setting, params string[] changed)
    {
        Dictionary<string, double>[] losses = [.. new string[][] { [], [Ciae + setting] }.Select(settings =>
        {
            PanoptesConfig config = TinyCiae.Config(["schedule.iterations=10", .. settings]);
            using CiaeModel model = TinyCiae.Wide(config);
            using TensorScope scope = new();
            using Batch batch = Overlapping(config);
            return model.ComputeLosses(TinyModel.Images(batch), batch).Terms.ToDictionary(t => t.Name, t => t.Value.ToDouble());
        })];
        Assert.Equal(["class", "box", "centerness", "category", "instance"], losses[1].Keys);
        Assert.Equal(changed, losses[0].Keys.Where(name => Math.Abs(losses[1][name] - losses[0][name]) > 1e-7 * Math.Abs(losses[0][name])));
    }

    [Fact]
    public void Means_teach_their_pixels_unless_they_are_detached()
    {
        double[] gradients = [.. new[] { "false", "true" }.Select(detach =>
        {
            PanoptesConfig config = TinyCiae.Config($"{Ciae}detach_means={detach}");
            using CiaeModel model = TinyCiae.Wide(config);
            using TensorScope scope = new();
            using Batch batch = TinyCiae.Batch(config);
            model.ComputeLosses(TinyModel.Images(batch), batch).Terms[^1].Value.Backward();
            return model.Parameters().Single(p => p.Name == "head.pixel_embed_pred.weight").Value.Grad!.Square().Sum().ToDouble();
        })];
        Assert.NotEqual(gradients[0], gradients[1], 1e-6 * gradients[0]);
    }

    [Fact]
    public void The_memory_is_updated_before_the_losses_and_from_the_pixels_of_each_category()
    {
        PanoptesConfig config = TinyCiae.Config(Ciae + "momentum=0.25", Ciae + "things=specific");
        using CiaeModel model = TinyCiae.Wide(config);
        using TensorScope scope = new();
        using NoGrad noGrad = new();
        using Batch batch = TinyCiae.Batch(config);
        double[][] before = Memory(model);
        double[][,,] embeddings = Embeddings(model, batch);
        BatchLoss loss = model.ComputeLosses(TinyModel.Images(batch), batch);
        double[][] after = Memory(model);
        for (int c = 0; c < before.Length; c++)
        {
            double[] expected = before[c];
            if (c != Stuff + 4)
            {
                // The sums of both images' pixels, by their directions and lengths.
                double[] sum = new double[6];
                for (int n = 0; n < 2; n++)
                {
                    int[] category = Category(config.Model.Ciae, batch, n);
                    short[] labels = [.. Labels(batch, n).Select(l => (short)(l >= 0 && category[l] == c ? 1 : 0))];
                    double[] own = Sum(embeddings[n], labels);
                    sum = [.. sum.Zip(own, (a, b) => a + b)];
                }

                double[] mean = SlowTripletLoss.Unit(sum);
                expected = SlowTripletLoss.Unit([.. before[c].Zip(mean, (m, v) => (0.25 * m) + (0.75 * v))]);
                Assert.NotEqual(expected, before[c]);
            }

            Assert.All(expected.Zip(after[c]), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }

        double category0 = SlowTripletLoss.Compute(
            config.Model.Ciae, embeddings.Select((e, n) => Categories(config.Model.Ciae, e, after, batch, n)));
        Assert.Equal(1, Term(loss, "category") / category0, 1e-4);
    }

    [Fact]
    public void Parts_of_a_batch_side_by_side_remember_what_the_whole_batch_would()
    {
        PanoptesConfig config = TinyCiae.Config(Ciae + "momentum=0.5");
        TinyCiae.Thing[][] images = [[new(0, 4, 4, 20, 30), new(3, 30, 10, 28, 12)], [new(1, 16, 12, 30, 34)]];
        using CiaeModel whole = TinyCiae.Wide(config);
        using CiaeModel first = TinyCiae.Wide(config);
        using CiaeModel second = TinyCiae.Wide(config);
        using (TensorScope scope = new())
        {
            using Batch batch = TinyCiae.Batches(config, 2, images)[0];
            whole.ComputeLosses(TinyModel.Images(batch), batch);
        }

        PassSums sums = new(2);
        IReadOnlyList<Batch> parts = TinyCiae.Batches(config, 1, images);
        Assert.Equal(2, parts.Count);
        Thread beside = new(() => Pass(second, 1));
        beside.Start();
        Pass(first, 0);
        Assert.True(beside.Join(TimeSpan.FromMinutes(1)), "the second pass hangs");
        double[][] together = Memory(first);
        Assert.Equal(together, Memory(second));
        Assert.All(
            Memory(whole).SelectMany(v => v).Zip(together.SelectMany(v => v)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));

        void Pass(CiaeModel model, int pass)
        {
            try
            {
                model.SumOverPasses = own => sums.Add(pass, own);
                using TensorScope scope = new();
                using Batch batch = parts[pass];
                model.ComputeLosses(TinyModel.Images(batch), batch);
            }
            finally
            {
                sums.End(pass);
            }
        }
    }

    // The second thing covers a corner of the first, whose box stays as it is: a filter has something to tell apart, and the first's box has
    // a location, (36, 36), that its mask has not.
    private static Batch Overlapping(PanoptesConfig config) => TinyCiae.Batches(
        config,
        1,
        new TinyCiae.Thing[] { new(0, 20, 20, 20, 20), new(3, 30, 30, 32, 16), new(4, 4, 4, 14, 10), new(1, 2, 30, 14, 14) })[0];

    private static double Term(BatchLoss loss, string name) => loss.Terms.Single(t => t.Name == name).Value.ToDouble();

    private static double[][] Memory(CiaeModel model)
    {
        using TensorScope scope = new();
        Tensor vectors = model.Buffers().Single(b => b.Name == "memory.vectors").Value;
        float[] values = vectors.ToArray<float>();
        return [.. values.Chunk((int)vectors.Size(1)).Select(v => v.Select(x => (double)x).ToArray())];
    }

    private static double[][,,] Embeddings(CiaeModel model, Batch batch)
    {
        Tensor embedding = model.Forward(TinyModel.Images(batch)).Embedding;
        return [.. Enumerable.Range(0, batch.Images.Count).Select(n =>
        {
            float[] values = embedding.Select(0, n).ToArray<float>();
            double[,,] result = new double[embedding.Size(1), embedding.Size(2), embedding.Size(3)];
            for (int i = 0; i < values.Length; i++)
            {
                result[i / (16 * 16), i / 16 % 16, i % 16] = values[i];
            }

            return result;
        })];
    }

    private static short[] Labels(Batch batch, int image)
    {
        int count = batch.Segments.Height * batch.Segments.Width;
        return batch.Segments.Labels.Slice(image * count, count).ToArray();
    }

    private static int[] Category(CiaeConfig config, Batch batch, int image)
    {
        BatchImage p = batch.Images[image];
        return [.. Enumerable.Range(0, Stuff + p.InstanceCount).Select(label => label < Stuff ? label
            : config.Things == ThingClasses.Specific ? Stuff + (int)batch.Classes.Span[p.FirstInstance + label - Stuff]
            : Stuff)];
    }

    private static double[] Sum(double[,,] embedding, short[] chosen)
    {
        double[] sum = new double[embedding.GetLength(0)];
        int factor = (int)Math.Sqrt(chosen.Length / (embedding.GetLength(1) * embedding.GetLength(2)));
        SlowTripletLoss.AddUp(embedding, chosen, factor, 1, sum);
        return sum;
    }

    private static SlowTripletLoss.Image Categories(CiaeConfig config, double[,,] embedding, double[][] memory, Batch batch, int image)
    {
        int[] category = Category(config, batch, image);
        return new(embedding, memory, Labels(batch, image), 4 / batch.Segments.Stride, category, [.. category.Select(_ => 1.0)], []);
    }

    private static SlowTripletLoss.Image Instances(CiaeConfig config, double[,,] embedding, double[][] memory, Batch batch, int image)
    {
        BatchImage p = batch.Images[image];
        short[] labels = Labels(batch, image);
        int factor = 4 / batch.Segments.Stride;
        double[][] queries =
        [
            .. memory.Take(Stuff),
            .. Enumerable.Range(0, p.InstanceCount).Select(k => SlowTripletLoss.Mean(embedding, labels, factor, Stuff + k)),
        ];
        Box[] boxes = [.. batch.ListBoxes().Skip(p.FirstInstance).Take(p.InstanceCount).Select(box =>
        {
            double dx = box.Width * (config.BoxFilter - 1) / 2, dy = box.Height * (config.BoxFilter - 1) / 2;
            double s = batch.Segments.Stride;
            return new Box((box.X1 - dx) / s, (box.Y1 - dy) / s, (box.X2 + dx) / s, (box.Y2 + dy) / s);
        })];
        int[] owner = [.. Enumerable.Range(0, queries.Length)];
        double[] weight = [.. owner.Select(o => o < Stuff ? 1 : config.ThingWeight)];
        return new(embedding, queries, labels, factor, owner, weight, config.BoxFilter > 0 ? boxes : []);
    }
}
