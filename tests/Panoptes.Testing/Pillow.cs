using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Panoptes.Testing;

/// <summary>
/// Pillow, the Python imaging library, as an oracle: one Python process a test class, which runs small scripts on data given to it and
/// returns bytes. A script sees <c>data</c> (bytes), PIL's modules, numpy as <c>np</c>, and sets <c>result</c> (bytes).
/// </summary>
public sealed class Pillow : IDisposable
{
    private const string Server = """
        import io, sys
        import numpy as np
        from PIL import Image, ImageOps, ImageFile, PngImagePlugin
        source, sink = sys.stdin.buffer, sys.stdout.buffer
        def rgb(image): return np.asarray(image.convert('RGB')).tobytes()
        def opened(data): return Image.open(io.BytesIO(data))
        def saved(image, kind, **options):
            out = io.BytesIO(); image.save(out, kind, **options); return out.getvalue()
        sink.write(b'ready\n'); sink.flush()
        while True:
            line = source.readline()
            if not line: break
            code_size, data_size = map(int, line.split())
            scope = dict(globals()); code = source.read(code_size); scope['data'] = source.read(data_size)
            try:
                exec(code, scope); ok, answer = 1, scope['result']
            except Exception as error:
                ok, answer = 0, repr(error).encode()
            sink.write(b'%d %d\n' % (ok, len(answer))); sink.write(answer); sink.flush()
        """;

    private readonly Process? _process;

    public Pillow()
    {
        ProcessStartInfo start = new("/usr/bin/python3", ["-c", Server])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (!File.Exists(start.FileName))
            return;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        if (ReadLine() == "ready")
            return;
        _process.Dispose();
        _process = null;
    }

    /// <summary>Skips the test, aloud, where there is no Python with PIL and numpy.</summary>
    public void SkipUnlessAvailable() =>
        Assert.SkipUnless(
            _process is not null,
            "The oracle is missing: /usr/bin/python3 with PIL and numpy (apt-get install python3-pil python3-numpy).");

    /// <summary>Runs a script and returns what it left in <c>result</c>.</summary>
    public byte[] Run(string script, ReadOnlySpan<byte> data = default)
    {
        (bool ok, byte[] answer) = Exchange(script, data);
        Assert.True(ok, Encoding.UTF8.GetString(answer));
        return answer;
    }

    /// <summary>Whether a script ends without an exception.</summary>
    public bool Succeeds(string script, ReadOnlySpan<byte> data) => Exchange(script, data).Ok;

    /// <summary>The pixels of an image file as PIL's <c>convert("RGB")</c> gives them.</summary>
    public byte[] Decode(ReadOnlySpan<byte> file) => Run("result = rgb(opened(data))", file);

    public void Dispose()
    {
        if (_process is null)
            return;
        _process.StandardInput.Close();
        _process.WaitForExit(5000);
        _process.Dispose();
    }

    private (bool Ok, byte[] Answer) Exchange(string script, ReadOnlySpan<byte> data)
    {
        byte[] code = Encoding.UTF8.GetBytes(script);
        Stream input = _process!.StandardInput.BaseStream;
        input.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{code.Length} {data.Length}\n")));
        input.Write(code);
        input.Write(data);
        input.Flush();
        string[] head = ReadLine().Split(' ');
        byte[] answer = new byte[int.Parse(head[1], CultureInfo.InvariantCulture)];
        _process.StandardOutput.BaseStream.ReadExactly(answer);
        return (head[0] == "1", answer);
    }

    // The stream carries binary data after each line, so no buffered reader may run ahead.
    private string ReadLine()
    {
        StringBuilder line = new();
        int next;
        while ((next = _process!.StandardOutput.BaseStream.ReadByte()) is not (-1 or '\n'))
            line.Append((char)next);
        return line.ToString();
    }
}
