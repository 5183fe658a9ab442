using Microsoft.Extensions.Options;

namespace Panoptes.Server;

/// <summary>Checks the options before the service starts.</summary>
internal sealed class OptionsCheck : IValidateOptions<PanoptesServerOptions>
{
    private const int ShortestKey = 16;

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, PanoptesServerOptions options)
    {
        List<string> problems = [];
        if (options.Models.Count == 0) Add(nameof(options.Models), "there is no model; at least one is needed");
        if (options.DefaultModel is { } model && !options.Models.ContainsKey(model))
            Add(nameof(options.DefaultModel), $"'{model}' is not one of the models {string.Join(", ", options.Models.Keys)}");
        AtLeast(nameof(options.Concurrency), options.Concurrency, 1);
        AtLeast(nameof(options.QueueLength), options.QueueLength, 0);
        AtLeast(nameof(options.MaxImages), options.MaxImages, 1);
        AtLeast(nameof(options.MaxBufferedBytes), options.MaxBufferedBytes, 1);
        if (options.MaxModelBytes is { } bytes) AtLeast(nameof(options.MaxModelBytes), bytes, 1);
        AtLeast("Limits:MaxBytes", options.Limits.MaxBytes, 1);
        AtLeast("Limits:MaxPixels", options.Limits.MaxPixels, 1);
        AtLeast("Limits:MaxSide", options.Limits.MaxSide, 1);
        Positive(nameof(options.Timeout), options.Timeout);
        Positive(nameof(options.ShutdownTimeout), options.ShutdownTimeout);
        if (options.ReloadInterval < TimeSpan.Zero)
            Add(nameof(options.ReloadInterval), $"must not be negative (was {options.ReloadInterval})");
        if (options.Score is not (>= 0 and <= 1)) Add(nameof(options.Score), $"must lie in 0..1 (was {options.Score})");
        for (int i = 0; i < options.ApiKeys.Count; i++)
        {
            if (options.ApiKeys[i].Length < ShortestKey) Add($"ApiKeys:{i}", $"must have {ShortestKey} characters or more");
        }

        foreach (string proxy in options.KnownProxies.Where(p => !System.Net.IPAddress.TryParse(p, out _)))
            Add(nameof(options.KnownProxies), $"'{proxy}' is not an IP address");
        return problems.Count > 0 ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;

        void Add(string option, string problem) => problems.Add($"{PanoptesServerOptions.Section}:{option}: {problem}.");

        void AtLeast(string option, long value, long least)
        {
            if (value < least) Add(option, $"must be at least {least} (was {value})");
        }

        void Positive(string option, TimeSpan value)
        {
            if (value <= TimeSpan.Zero || value.TotalMilliseconds > int.MaxValue)
                Add(option, $"must be positive and at most 24 days (was {value})");
        }
    }
}
