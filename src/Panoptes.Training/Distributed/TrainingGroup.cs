using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Panoptes.Torch;
using Panoptes.Torch.Nn;
using Panoptes.Training.Configuration;
using Panoptes.Training.Data;
using Panoptes.Training.Engine;

namespace Panoptes.Training.Distributed;

/// <summary>
/// What a trainer needs of the processes that it trains with; alone, it is the first one of one. Every method that talks is called by all
/// processes in the same order.
/// </summary>
/// <param name="group">The processes; null where there is one.</param>
internal sealed class TrainingGroup(ProcessGroup? group)
{
    private const long PackedNumbers = 1 << 20; // sent at once

    /// <summary>The processes; null where there is one.</summary>
    public ProcessGroup? Processes => group;

    /// <summary>Whether this process writes files and speaks to the user.</summary>
    public bool IsFirst => group is null || group.IsFirst;

    /// <summary>The configuration with as many parts of a batch as there are processes, so that each has one at least.</summary>
    /// <param name="config">The configuration, the same on all processes.</param>
    /// <param name="device">Where it is trained.</param>
    /// <exception cref="InputException">The batch cannot be dealt out, or the processes' configurations differ.</exception>
    public PanoptesConfig Share(PanoptesConfig config, Device device)
    {
        if (group is null)
        {
            return config;
        }

        RequireSame("configuration", Encoding.UTF8.GetBytes(ConfigWriter.ToJson(config)));
        int parts = Math.Max(config.Replicas, group.Size);
        if (config.Schedule.BatchSize % parts != 0)
        {
            int[] allowed = [.. Enumerable.Range(1, 8).Select(i => i * parts)];
            throw InputException.ForSetting(
                "schedule.batch_size",
                $"{config.Schedule.BatchSize} images cannot be dealt out to {parts} parts, on {group.Size} processes; "
                + $"allowed are {string.Join(", ", allowed)}, ...");
        }

        if (device.Type == DeviceType.Cuda && parts > group.Size)
        {
            throw InputException.ForSetting(
                "replicas", $"{parts} parts of a batch need {parts} processes on graphics cards, one each; there are {group.Size}");
        }

        return config with { Replicas = parts };
    }

    /// <summary>The device of this process: of several graphics cards, the one with its number on the machine.</summary>
    public Device DeviceFor(Device device) =>
        group is not null && device is { Type: DeviceType.Cuda, Index: <= 0 } ? Device.Cuda(group.LocalRank) : device;

    /// <summary>Threads that compute: the machine's cores, shared by its processes.</summary>
    public int Threads(int configured) =>
        configured > 0 ? configured : Math.Max(1, Environment.ProcessorCount / (group?.LocalSize ?? 1));

    /// <summary>Which batches this process makes.</summary>
    public LoaderShare BatchesOf(PanoptesConfig config) =>
        group is null ? LoaderShare.All : LoaderShare.Deal(config.Replicas, group.Rank, group.Size);

    /// <summary>Makes something on the first process, and gives it to all.</summary>
    /// <param name="make">Makes it.</param>
    /// <param name="write">Writes it as text.</param>
    /// <param name="read">Reads it.</param>
    public T Once<T>(Func<T> make, Func<T, string> write, Func<string, T> read)
    {
        if (group is null)
        {
            return make();
        }

        T? made = group.IsFirst ? make() : default;
        string text = group.Broadcast(group.IsFirst ? write(made!) : "");
        return group.IsFirst ? made! : read(text);
    }

    /// <summary>The first process's number.</summary>
    public double Agree(double number) => group?.Broadcast(number) ?? number;

    /// <summary>Says how far this process has come.</summary>
    public void AtStep(int iteration) => group?.AtStep(iteration);

    /// <summary>Makes sure that all processes have the same.</summary>
    /// <param name="what">What is compared, for the message.</param>
    /// <param name="content">Its bytes.</param>
    /// <exception cref="InputException">A process has something else; the message says which.</exception>
    public void RequireSame(string what, ReadOnlySpan<byte> content)
    {
        if (group is null)
        {
            return;
        }

        byte[][] all = group.Gather(SHA256.HashData(content));
        int[] others = [.. Enumerable.Range(0, all.Length).Where(i => !all[i].AsSpan().SequenceEqual(all[0]))];
        if (others.Length > 0)
        {
            throw InputException.ForSetting(
                null, $"process {string.Join(", ", others)} has another {what} than process 0; all must have the same");
        }
    }

    /// <summary>Makes sure that all processes have the same numbers in their tensors.</summary>
    public void RequireSame(string what, IEnumerable<(string Name, Tensor Value)> tensors)
    {
        if (group is null)
        {
            return;
        }

        using NoGrad noGrad = new();
        using TensorScope scope = new();
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((_, Tensor value) in tensors)
        {
            hash.AppendData(MemoryMarshal.AsBytes<double>(Numbers(value)));
        }

        RequireSame(what, hash.GetHashAndReset());
    }

    /// <summary>Gives the first process's numbers to the same tensors of all.</summary>
    public void Broadcast(IEnumerable<(string Name, Tensor Value)> tensors)
    {
        if (group is null)
        {
            return;
        }

        using NoGrad noGrad = new();
        List<Tensor> packed = [];
        long numbers = 0;
        foreach ((_, Tensor value) in tensors)
        {
            packed.Add(value);
            numbers += value.Count;
            if (numbers >= PackedNumbers)
            {
                Broadcast(group, packed);
                packed.Clear();
                numbers = 0;
            }
        }

        if (packed.Count > 0)
        {
            Broadcast(group, packed);
        }
    }

    /// <summary>Gives the first process's tensors, whose names and shapes the others do not know, to all.</summary>
    /// <param name="tensors">Those of the first process; the others' are not looked at.</param>
    public IEnumerable<(string Name, Tensor Value)> BroadcastAll(IEnumerable<(string Name, Tensor Value)> tensors)
    {
        (string Name, Tensor Value)[] own = IsFirst ? [.. tensors] : [];
        if (group is null)
        {
            return own;
        }

        string list = group.Broadcast(JsonSerializer.Serialize(own.ToDictionary(t => t.Name, t => t.Value.Shape.ToArray())));
        if (!IsFirst)
        {
            own = [.. JsonSerializer.Deserialize<Dictionary<string, long[]>>(list)!.Select(t => (t.Key, Tensor.Zeros(t.Value)))];
        }

        Broadcast(own);
        return own;
    }

    /// <summary>
    /// Gives the first process's running numbers to all after a step, as replicas take them over from the first one: they are of its own
    /// images.
    /// </summary>
    public void BroadcastBuffers(Module model)
    {
        if (group is not null)
        {
            HashSet<Tensor> frozen = [.. model.Modules().Where(m => m.Value is FrozenBatchNorm2d).SelectMany(m => m.Value.Buffers()).Select(b => b.Value)];
            Broadcast(model.Buffers().Where(buffer => !frozen.Contains(buffer.Value)));
        }
    }

    // Float64 holds every weight and every count exactly.
    private static void Broadcast(ProcessGroup group, IReadOnlyList<Tensor> tensors)
    {
        using TensorScope scope = new();
        double[] numbers = [.. tensors.SelectMany(Numbers)];
        group.Broadcast(MemoryMarshal.AsBytes(numbers.AsSpan()));
        int start = 0;
        foreach (Tensor tensor in group.IsFirst ? [] : tensors)
        {
            int count = checked((int)tensor.Count);
            tensor.CopyInPlace(Tensor.From<double>(numbers.AsSpan(start, count), tensor.Shape));
            start += count;
        }
    }

    private static double[] Numbers(Tensor value) => value.Detach().To(Device.Cpu, DType.Float64).ToArray<double>();
}
