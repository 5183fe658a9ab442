using Panoptes.Inference;

namespace Panoptes.Server;

/// <summary>
/// What a service serves and how much of it at a time. Bound to the section <see cref="Section"/> of the application's configuration
/// (appsettings.json, environment variables such as <c>Panoptes__QueueLength</c>), then to the delegate of <c>AddPanoptes</c>. The values
/// are read once, when the application starts.
/// </summary>
public sealed class PanoptesServerOptions
{
    /// <summary>The name of the configuration's section: <c>Panoptes</c>.</summary>
    public const string Section = "Panoptes";

    /// <summary>The models: the file of each by the name that requests give. At least one.</summary>
    public IDictionary<string, string> Models { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The model of requests that name none; null, the default, takes the first one by name.</summary>
    public string? DefaultModel { get; set; }

    /// <summary>
    /// Opens the network of a model's file, for example on a GPU; null, the default, opens it as
    /// <see cref="Segmenter.Load(string, SegmenterOptions?)"/> does.
    /// </summary>
    public Func<string, INetwork>? OpenModel { get; set; }

    /// <summary>
    /// The most bytes that the files of loaded models may have together; the model that was not used for longest makes room. Models in
    /// use may exceed it, until one of them is idle. Null, the default, keeps all that were asked for.
    /// </summary>
    public long? MaxModelBytes { get; set; }

    /// <summary>How often a model's file is looked at: a replaced one is loaded. Zero never looks. Default 2 seconds.</summary>
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Requests that are worked on at one time, at least 1. Default 2: one is decoded while the network works on the other.
    /// </summary>
    public int Concurrency { get; set; } = 2;

    /// <summary>Requests that wait for their turn; what comes above is refused with 429. Default 64.</summary>
    public int QueueLength { get; set; } = 64;

    /// <summary>
    /// The longest that a request may take for each of three things: to send its body, or it is refused with 408; to wait and work, or it
    /// is ended with 504; and to read its answer, or its connection is closed. Default 60 seconds.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The longest that a stopping service works on what it accepted; the host waits for 5 seconds more at least. Default 30 seconds.
    /// </summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How large a request's body (<see cref="InputLimits.MaxBytes"/>) and each image in it may be; refused with 413. Default 32 MiB and 50
    /// million pixels, otherwise <see cref="InputLimits.Default"/>.
    /// </summary>
    public InputLimits Limits { get; set; } = new() { MaxBytes = 32L << 20, MaxPixels = 50_000_000 };

    /// <summary>The most images of one request. Default 16.</summary>
    public int MaxImages { get; set; } = 16;

    /// <summary>
    /// The most bytes that the bodies of all requests, and the answers that are not sent yet, may have at one time; above, requests are
    /// refused with 429. The only answer there is may exceed it. Default 512 MiB.
    /// </summary>
    public long MaxBufferedBytes { get; set; } = 512L << 20;

    /// <summary>Instances with a lower score are skipped where a request gives no score; 0..1. Default 0.3.</summary>
    public double Score { get; set; } = 0.3;

    /// <summary>
    /// Keys, one of which requests to <c>/v1</c> and <c>/metrics</c> must have as <c>X-Api-Key: KEY</c> or
    /// <c>Authorization: Bearer KEY</c>. None, the default, asks for no key.
    /// </summary>
    public IList<string> ApiKeys { get; } = [];

    /// <summary>Origins of other sites whose pages may call the service (CORS), for example <c>https://app.example.com</c>; <c>*</c> for
    /// all. Needs <c>UsePanoptes</c>. Default none.</summary>
    public IList<string> CorsOrigins { get; } = [];

    /// <summary>IP addresses of reverse proxies whose <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c> are believed. Needs
    /// <c>UsePanoptes</c>. Default none.</summary>
    public IList<string> KnownProxies { get; } = [];

    /// <summary>Whether the page is at <c>/</c>. Default true.</summary>
    public bool Page { get; set; } = true;

    /// <summary>Whether the OpenAPI document (<c>/openapi/v1.json</c>) and a page of it (<c>/docs</c>) are there. Default true.</summary>
    public bool Documentation { get; set; } = true;

    /// <summary>Whether <c>/metrics</c> is there, for Prometheus. Default true.</summary>
    public bool Metrics { get; set; } = true;
}
