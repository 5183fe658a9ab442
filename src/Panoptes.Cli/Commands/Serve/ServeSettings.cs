using System.Reflection;
using Panoptes.Server;

namespace Panoptes.Cli.Commands.Serve;

/// <summary>Settings of <c>serve</c> as <c>KEY=VALUE</c>: options of the service by their name, anything else by its whole path.</summary>
internal static class ServeSettings
{
    /// <summary>The keys of the configuration that a command line sets.</summary>
    /// <param name="settings">For example <c>QueueLength=128</c>, <c>ApiKeys:0=...</c> or
    /// <c>Logging:Console:FormatterName=json</c>.</param>
    /// <exception cref="InputException">One is not KEY=VALUE, or names no option.</exception>
    public static IEnumerable<KeyValuePair<string, string?>> Parse(IEnumerable<string> settings)
    {
        PropertyInfo[] properties = typeof(PanoptesServerOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance);
        string[] options = [.. properties.Select(p => p.Name)];
        foreach (string setting in settings)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1) throw InputException.ForSetting(setting, "not KEY=VALUE");
            string key = setting[..equals];
            string first = key.Split(':')[0];
            bool isOption = options.Contains(first, StringComparer.OrdinalIgnoreCase);
            if (!isOption && !key.Contains(':', StringComparison.Ordinal))
            {
                string hint = Nearest.To(key, options) is { } near ? $"did you mean '{near}'?" : $"known are {string.Join(", ", options)}";
                throw InputException.ForSetting(key, $"unknown option; {hint}");
            }

            yield return new(isOption ? $"{PanoptesServerOptions.Section}:{key}" : key, setting[(equals + 1)..]);
        }
    }
}
