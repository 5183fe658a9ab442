using System.Diagnostics;
using System.Net.Sockets;

namespace Panoptes.Training.Distributed.Watch;

/// <summary>The connection between process 0 and another one: signs of life both ways, and why one of them ends.</summary>
internal sealed class WatchLink : IDisposable
{
    private readonly TcpClient _client;
    private readonly BinaryReader _reader;
    private readonly BinaryWriter _writer;
    private readonly object _writing = new();
    private long _heard = Stopwatch.GetTimestamp();
    private int _step;

    /// <summary>Takes a connection that is open.</summary>
    public WatchLink(TcpClient client)
    {
        _client = client;
        client.NoDelay = true;
        client.SendTimeout = 5000; // milliseconds; a process that takes nothing is lost soon
        _reader = new BinaryReader(client.GetStream());
        _writer = new BinaryWriter(client.GetStream());
    }

    private enum Kind : byte
    {
        Beat,
        Failure,
        Leave,
    }

    /// <summary>The other process.</summary>
    public int Rank { get; private set; }

    /// <summary>Its machine.</summary>
    public string Host { get; private set; } = "";

    /// <summary>The step that it made last, as far as it is known.</summary>
    public int Step => Volatile.Read(ref _step);

    /// <summary>Whether it said that it is done.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>How long nothing has been heard from it.</summary>
    public TimeSpan Silence => Stopwatch.GetElapsedTime(Volatile.Read(ref _heard));

    /// <summary>Says who one is.</summary>
    public void Introduce(byte[] token, int rank, string host) => Write(() =>
    {
        _writer.Write(token);
        _writer.Write(rank);
        _writer.Write(host);
    });

    /// <summary>Hears who the other one is.</summary>
    /// <returns>False where it does not know the token, and belongs to another run or to none.</returns>
    public bool Meet(byte[] token)
    {
        _client.ReceiveTimeout = 5000;
        bool known = _reader.ReadBytes(token.Length).AsSpan().SequenceEqual(token);
        (Rank, Host) = known ? (_reader.ReadInt32(), _reader.ReadString()) : (-1, "");
        _client.ReceiveTimeout = 0;
        return known;
    }

    /// <summary>Sets the name of a process that needs no introduction.</summary>
    public void Name(int rank, string host) => (Rank, Host) = (rank, host);

    /// <summary>Sends a sign of life.</summary>
    public void Beat(int step) => Send(Kind.Beat, step, "");

    /// <summary>Sends why the run ends.</summary>
    public void Fail(int step, string reason) => Send(Kind.Failure, step, reason);

    /// <summary>Sends that this process is done.</summary>
    public void Leave(int step) => Send(Kind.Leave, step, "");

    /// <summary>Listens to the end of the connection.</summary>
    /// <returns>Why the other one failed; null where the connection just ended.</returns>
    public string? Listen()
    {
        try
        {
            while (true)
            {
                Kind kind = (Kind)_reader.ReadByte();
                Volatile.Write(ref _step, _reader.ReadInt32());
                string text = _reader.ReadString();
                Volatile.Write(ref _heard, Stopwatch.GetTimestamp());
                HasLeft |= kind == Kind.Leave;
                if (kind == Kind.Failure)
                {
                    return text;
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private void Send(Kind kind, int step, string text) => Write(() =>
    {
        _writer.Write((byte)kind);
        _writer.Write(step);
        _writer.Write(text);
    });

    // A connection that is gone is noticed where it is listened to.
    private void Write(Action write)
    {
        lock (_writing)
        {
            try
            {
                write();
                _writer.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
            }
        }
    }
}
