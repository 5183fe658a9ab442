using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Panoptes.Inference;
using Panoptes.Server.Requests;

namespace Panoptes.Server.Models;

/// <summary>
/// The service's models: loads them when they are asked for, and lets the least recently used one go where memory is short.
/// </summary>
internal sealed partial class ModelHost(IOptions<PanoptesServerOptions> options, ILogger<ModelHost> logger) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PanoptesServerOptions _options = options.Value;
    private readonly Dictionary<HostedModel, long> _reserved = []; // bytes of models that are being loaded
    private Dictionary<string, HostedModel> _models = [];

    /// <summary>All models, by name.</summary>
    public IReadOnlyList<HostedModel> All => [.. _models.Values.OrderBy(m => m.Name, StringComparer.Ordinal)];

    /// <summary>The model of requests that name none.</summary>
    public HostedModel Default => Find(_options.DefaultModel ?? All[0].Name);

    /// <summary>Whether the default model is loaded, or was.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Reads the headers of all files, and loads the default model.</summary>
    /// <exception cref="InputException">A file is missing, damaged, or not a model.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _models = _options.Models.ToDictionary(
            m => m.Key, m => new HostedModel(m.Key, ModelSource.Read(Path.GetFullPath(m.Value))), StringComparer.OrdinalIgnoreCase);
        (await RentAsync(Default, cancellationToken).ConfigureAwait(false)).Dispose();
        IsReady = true;
    }

    /// <summary>The model of a name; the default one for null.</summary>
    /// <exception cref="RequestException">There is none.</exception>
    public HostedModel Find(string? name)
    {
        if (string.IsNullOrEmpty(name)) return Default;
        if (_models.TryGetValue(name, out HostedModel? model)) return model;
        string known = string.Join(", ", All.Select(m => m.Name));
        throw new RequestException(404, $"Unknown model '{ClientText.Short(name)}'. Available are: {known}.");
    }

    /// <summary>Begins to use a model, which is loaded first where it is not.</summary>
    /// <exception cref="RequestException">It cannot be loaded.</exception>
    public async Task<ModelLease> RentAsync(HostedModel model, CancellationToken cancellationToken)
    {
        if (TryEnter(model) is { } ready) return ready;
        await model.Loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (TryEnter(model) is { } loaded) return loaded;
            try
            {
                return await LoadAsync(model).ConfigureAwait(false);
            }
            catch (Exception e) when (IsReady && e is not OutOfMemoryException)
            {
                LogFailed(model.Name, e);
                model.Error = "The model's file cannot be loaded.";
                throw new RequestException(503, $"The model '{model.Name}' cannot be loaded now.", retryAfter: 10);
            }
        }
        finally
        {
            model.Loading.Release();
        }
    }

    /// <summary>Loads what was replaced on disk; a file must be the same at two looks, since copying takes a while.</summary>
    public async Task LookForReplacedFilesAsync(CancellationToken cancellationToken)
    {
        foreach (HostedModel model in All)
        {
            (long Bytes, DateTime Written) now = ModelSource.Stamp(model.Source.Path);
            bool isQuiet = now == model.Seen;
            model.Seen = now;
            if (!isQuiet || now == model.Tried || now == default) continue;
            await model.Loading.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                model.Tried = now;
                if (model.Loaded is null) model.Source = ModelSource.Read(model.Source.Path);
                else (await LoadAsync(model).ConfigureAwait(false)).Dispose();
                model.Error = null;
                LogReplaced(model.Name, now.Bytes);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                model.Error = "The model's file was replaced by one that cannot be loaded; the one before is used.";
                LogBroken(model.Name, e);
            }
            finally
            {
                model.Loading.Release();
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (HostedModel model in _models.Values)
            {
                model.Loaded?.Retire();
                model.Loaded = null;
            }
        }
    }

    private ModelLease? TryEnter(HostedModel model)
    {
        lock (_lock) return model.Loaded is { } loaded ? Enter(model, loaded) : null;
    }

    private ModelLease Enter(HostedModel model, LoadedModel loaded)
    {
        loaded.Enter();
        return new ModelLease(model.Name, loaded, KeepToLimit);
    }

    /// <summary>Loads a model and begins to use it.</summary>
    private async Task<ModelLease> LoadAsync(HostedModel model)
    {
        try
        {
            // A thread of its own: it may take seconds.
            LoadedModel loaded = await Task.Factory.StartNew(
                () =>
                {
                    ModelSource source = ModelSource.Read(model.Source.Path);
                    MakeRoom(model, source.Bytes);
                    if (_options.OpenModel is { } open)
                    {
                        INetwork network = open(source.Path);
                        return new LoadedModel(source, network, network);
                    }

                    Segmenter segmenter = Segmenter.Load(source.Path);
                    return new LoadedModel(source, segmenter.Network, segmenter);
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            ModelLease lease;
            lock (_lock)
            {
                model.Loaded?.Retire();
                model.Loaded = loaded;
                model.Source = loaded.Source;
                model.Error = null;
                _reserved.Remove(model);
                lease = Enter(model, loaded); // here, since another model that needs room may retire it as soon as the lock is free
            }

            LogLoaded(model.Name, loaded.Source.IsOnnx ? "ONNX Runtime" : "libtorch", loaded.Source.Bytes);
            return lease;
        }
        finally
        {
            lock (_lock) _reserved.Remove(model);
        }
    }

    /// <summary>Retires the least recently used models until another one fits, whose bytes count from now on.</summary>
    private void MakeRoom(HostedModel model, long bytes)
    {
        lock (_lock)
        {
            _reserved[model] = bytes;
            KeepToLimit();
        }
    }

    /// <summary>
    /// Retires the least recently used models while there are too many; never one that is in use or being loaded, nor the last one.
    /// </summary>
    private void KeepToLimit()
    {
        if (_options.MaxModelBytes is not { } most) return;
        lock (_lock)
        {
            while (_models.Values.Where(m => m.Loaded is not null || _reserved.ContainsKey(m)).ToList() is { Count: > 1 } held
                && held.Sum(m => _reserved.TryGetValue(m, out long bytes) ? bytes : m.Loaded!.Source.Bytes) > most
                && held.Where(m => !_reserved.ContainsKey(m) && m.Loaded!.IsIdle).MinBy(m => m.Loaded!.LastUsed) is { } oldest)
            {
                oldest.Loaded!.Retire();
                oldest.Loaded = null;
                LogEvicted(oldest.Name, most);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Loaded the model {Model} with {Engine} ({Bytes} bytes).")]
    private partial void LogLoaded(string model, string engine, long bytes);

    [LoggerMessage(Level = LogLevel.Information, Message = "Unloaded the model {Model}: the loaded ones exceed MaxModelBytes ({Bytes}).")]
    private partial void LogEvicted(string model, long bytes);

    [LoggerMessage(Level = LogLevel.Information, Message = "The file of the model {Model} was replaced ({Bytes} bytes).")]
    private partial void LogReplaced(string model, long bytes);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The file of the model {Model} was replaced by one that cannot be loaded; the one before is used.")]
    private partial void LogBroken(string model, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "The model {Model} cannot be loaded.")]
    private partial void LogFailed(string model, Exception exception);
}
