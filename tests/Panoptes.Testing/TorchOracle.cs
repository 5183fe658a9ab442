using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Panoptes.Testing;

/// <summary>
/// PyTorch and torchvision as oracles: a script reads float32 values from <c>values</c> and writes an array to <c>result</c>.
/// </summary>
public static class TorchOracle
{
    private const string Interpreter = "/usr/bin/python3";

    private static readonly Lazy<bool> s_available = new(() =>
        File.Exists(Interpreter) && Execute("import torch, torchvision", [], out _).ExitCode == 0);

    /// <summary>Skips the test, aloud, where no Python with torch and torchvision is installed.</summary>
    public static void SkipUnlessAvailable() => Assert.SkipUnless(
        s_available.Value,
        $"The oracle is missing: {Interpreter} with torch and torchvision (apt-get install python3-torch python3-torchvision).");

    /// <summary>Runs a script; numpy is <c>np</c>, <c>torch</c>, <c>torchvision</c> and <c>F</c> are there.</summary>
    public static T[] Run<T>(string script, ReadOnlySpan<float> values)
        where T : unmanaged
    {
        const string head = """
            import sys, math
            import numpy as np, torch, torchvision
            import torch.nn.functional as F
            values = torch.from_numpy(np.frombuffer(sys.stdin.buffer.read(), dtype=np.float32).copy())

            """;
        const string tail = "\nsys.stdout.buffer.write(np.ascontiguousarray(result).tobytes())\n";
        (int exitCode, string errors) = Execute(head + script + tail, MemoryMarshal.AsBytes(values), out byte[] output);
        Assert.True(exitCode == 0, errors);
        return MemoryMarshal.Cast<byte, T>(output).ToArray();
    }

    private static (int ExitCode, string Errors) Execute(string script, ReadOnlySpan<byte> input, out byte[] output)
    {
        ProcessStartInfo start = new(Interpreter, ["-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using MemoryStream result = new();
        Task reading = process.StandardOutput.BaseStream.CopyToAsync(result);
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        reading.Wait();
        process.WaitForExit();
        output = result.ToArray();
        return (process.ExitCode, errors.Result);
    }
}
