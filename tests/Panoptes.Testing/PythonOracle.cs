using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Panoptes.Testing;

/// <summary>
/// Python with PyTorch as an oracle. Scripts run one after the other in one Python process that lives as long as the tests. A script sees
/// its inputs as torch tensors under their names, <c>torch</c>, <c>F</c> (torch.nn.functional) and <c>np</c>, and puts tensors, numpy
/// arrays or numbers into the dictionary <c>out</c>.
/// </summary>
/// <example><code>
/// var answer = PythonOracle.Run("out['y'] = F.relu(x)", ("x", OracleArray.From&lt;float>([-1, 2], [2])));
/// float[] y = answer["y"].ToArray&lt;float>();
/// </code></example>
public sealed class PythonOracle
{
    // The answer goes to the real standard output; what a script prints goes to standard error.
    private const string Server = """
        import io, json, os, sys, traceback
        import numpy as np, torch
        import torch.nn.functional as F
        source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), 'wb')
        os.dup2(2, 1)
        torch.set_num_threads(2)

        def answer(head, parts=()):
            sink.write(json.dumps(head).encode() + b'\n')
            for part in parts: sink.write(part)
            sink.flush()

        def serve(request):
            scope = {'np': np, 'torch': torch, 'F': F, 'out': {}}
            for item in request['inputs']:
                array = np.frombuffer(source.read(item['length']), item['dtype']).reshape(item['shape']).copy()
                scope[item['name']] = torch.from_numpy(array) if array.dtype != np.uint32 else array
            exec(compile(request['script'], 'script', 'exec'), scope)
            arrays = []
            for name, value in scope['out'].items():
                value = value.detach().cpu() if isinstance(value, torch.Tensor) else value
                array = np.asarray(value, order='C')
                arrays.append((name, array))
            answer({'outputs': [{'name': n, 'dtype': a.dtype.name, 'shape': a.shape, 'length': a.nbytes} for n, a in arrays]},
                   [a.tobytes() for _, a in arrays])

        answer({'torch': torch.__version__})
        for line in iter(source.readline, b''):
            try: serve(json.loads(line))
            except Exception: answer({'error': traceback.format_exc()})
        """;

    private static readonly Lock s_gate = new();
    private static readonly Lazy<PythonOracle?> s_instance = new(Start);

    private readonly Process _process;

    private PythonOracle(Process process) => _process = process;

    /// <summary>Skips the test, aloud, where no Python imports torch.</summary>
    public static void SkipUnlessAvailable() => Assert.SkipUnless(
        s_instance.Value is not null,
        "The oracle is missing: a python3 that imports torch and numpy (apt-get install python3-torch, or name one in PANOPTES_PYTHON).");

    /// <summary>Runs a script and returns what it left in <c>out</c>; skips the test where no Python imports torch.</summary>
    /// <exception cref="InvalidOperationException">The script failed; the message is Python's.</exception>
    public static IReadOnlyDictionary<string, OracleArray> Run(string script, params ReadOnlySpan<(string Name, OracleArray Value)> inputs)
    {
        SkipUnlessAvailable();
        lock (s_gate)
        {
            return s_instance.Value!.Exchange(script, inputs);
        }
    }

    private static PythonOracle? Start()
    {
        foreach (string? python in (string?[])[Environment.GetEnvironmentVariable("PANOPTES_PYTHON"), "/usr/bin/python3", "python3", "python"])
        {
            if (!string.IsNullOrEmpty(python) && TryStart(python) is { } oracle)
            {
                return oracle;
            }
        }

        return null;
    }

    private static PythonOracle? TryStart(string python)
    {
        Process? process;
        try
        {
            process = Process.Start(new ProcessStartInfo(python, ["-c", Server])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        // Standard error is read so that the pipe never fills up; the process ends with the pipe to its standard input.
        process!.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        PythonOracle oracle = new(process);
        if (oracle.ReadLine().Length > 0)
        {
            return oracle;
        }

        process.Dispose();
        return null;
    }

    private Dictionary<string, OracleArray> Exchange(string script, ReadOnlySpan<(string Name, OracleArray Value)> inputs)
    {
        JsonArray described = new();
        foreach ((string name, OracleArray value) in inputs)
        {
            described.Add(new JsonObject
            {
                ["name"] = name,
                ["dtype"] = value.DType,
                ["shape"] = new JsonArray([.. value.Shape.Select(s => (JsonNode)s)]),
                ["length"] = value.Bytes.Length,
            });
        }

        Stream input = _process.StandardInput.BaseStream;
        input.Write(Encoding.UTF8.GetBytes(new JsonObject { ["script"] = script, ["inputs"] = described }.ToJsonString() + "\n"));
        foreach ((_, OracleArray value) in inputs)
        {
            input.Write(value.Bytes);
        }

        input.Flush();
        using JsonDocument head = JsonDocument.Parse(ReadLine());
        if (head.RootElement.TryGetProperty("error", out JsonElement error))
        {
            throw new InvalidOperationException(error.GetString());
        }

        Dictionary<string, OracleArray> outputs = [];
        foreach (JsonElement item in head.RootElement.GetProperty("outputs").EnumerateArray())
        {
            byte[] bytes = new byte[item.GetProperty("length").GetInt32()];
            _process.StandardOutput.BaseStream.ReadExactly(bytes);
            outputs[item.GetProperty("name").GetString()!] = new OracleArray(
                item.GetProperty("dtype").GetString()!, [.. item.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())], bytes);
        }

        return outputs;
    }

    // Arrays follow each line, so that no buffered reader may run ahead. Empty at the end of the stream.
    private string ReadLine()
    {
        List<byte> line = new();
        Stream output = _process.StandardOutput.BaseStream;
        int next;
        while ((next = output.ReadByte()) is not (-1 or '\n'))
        {
            line.Add((byte)next);
        }

        return Encoding.UTF8.GetString([.. line]);
    }
}
