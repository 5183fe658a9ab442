using System.Buffers;

namespace Panoptes.Server.Requests;

/// <summary>Bytes of a body, in memory alone: they are never written to disk.</summary>
internal sealed class BodyBuffer(BodyBudget budget) : IDisposable
{
    private const int FirstLength = 64 * 1024;

    private byte[] _bytes = [];

    /// <summary>The number of bytes.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="most">The most bytes that it may have.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="RequestException">It has more, or too much memory is taken.</exception>
    public async Task ReadAsync(Stream stream, long most, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Length == _bytes.Length) Grow();
            int read = await stream.ReadAsync(_bytes.AsMemory(Length), cancellationToken).ConfigureAwait(false);
            if (read == 0) return;
            Length += read;
            if (Length > most) throw RequestReader.TooManyBytes(most);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_bytes.Length == 0) return;
        budget.Return(_bytes.Length);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private void Grow()
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstLength, _bytes.Length * 2));
        try
        {
            budget.Take(larger.Length - _bytes.Length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(larger);
            throw;
        }

        Bytes.CopyTo(larger);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
