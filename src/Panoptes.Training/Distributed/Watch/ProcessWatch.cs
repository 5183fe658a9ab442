using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Panoptes.Training.Distributed.Watch;

/// <summary>
/// Notices the end of a process, and a process from which nothing is heard, and says which one it is. MPI itself says neither: a call
/// waits for as long as the other side is silent. Each process holds a connection to process 0, with a sign of life every second, which
/// threads of their own send while the processes compute.
/// </summary>
internal sealed class ProcessWatch : IDisposable
{
    private const int TokenLength = 16;
    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(5);

    private readonly int _rank;
    private readonly TimeSpan _timeout;
    private readonly WatchLink[] _links;
    private readonly Action<ProcessLostException> _onLost;
    private readonly ManualResetEventSlim _failed = new();
    private readonly Timer _timer;
    private ProcessLostException? _failure;
    private volatile bool _isOver;

    private ProcessWatch(int rank, TimeSpan timeout, WatchLink[] links, Action<ProcessLostException> onLost)
    {
        (_rank, _timeout, _links, _onLost) = (rank, timeout, links, onLost);
        foreach (WatchLink link in links)
        {
            new Thread(() => Listen(link)) { IsBackground = true, Name = $"Panoptes watch {link.Rank}" }.Start();
        }

        _timer = new Timer(_ => Beat(), null, s_beat, s_beat);
    }

    /// <summary>Steps that this process has made.</summary>
    public int Step { get; set; }

    /// <summary>Which process is lost; null as long as all are well.</summary>
    public ProcessLostException? Failure => Volatile.Read(ref _failure);

    /// <summary>Connects all processes of a group with process 0.</summary>
    /// <param name="group">The group; all of its processes call this at the same time.</param>
    /// <param name="timeout">How long nothing may be heard from a process.</param>
    /// <param name="onLost">Called, on a thread of its own, once another process is lost that did not say why.</param>
    /// <exception cref="ProcessLostException">A process cannot be reached.</exception>
    public static ProcessWatch Join(ProcessGroup group, TimeSpan timeout, Action<ProcessLostException> onLost)
    {
        using TcpListener? listener = group.IsFirst ? TcpListener.Create(0) : null;
        listener?.Start(group.Size);
        string token = group.Broadcast(listener is null ? "" : Convert.ToHexString(RandomNumberGenerator.GetBytes(TokenLength)));
        string[] place = group.Broadcast(listener is null ? "" : PlaceOf(listener)).Split(' ');
        byte[] secret = Convert.FromHexString(token);
        WatchLink[] links = listener is null
            ? [Connect(group.Rank, place[0], int.Parse(place[1], CultureInfo.InvariantCulture), place[2..], secret)]
            : Accept(listener, group.Size - 1, secret, timeout);
        return new ProcessWatch(group.Rank, timeout, links, onLost);
    }

    /// <summary>Tells all others why this process ends.</summary>
    public void Fail(string reason) => Lose(
        string.Create(CultureInfo.InvariantCulture, $"process {_rank} on {Environment.MachineName} ended after step {Step}: {reason}"),
        isTold: true,
        isSilent: false);

    /// <summary>Waits until it is known which process is lost, for as long as a silent one is waited for.</summary>
    public ProcessLostException? WaitForFailure()
    {
        _failed.Wait(_timeout + s_beat + s_beat);
        return Failure;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _isOver = true;
        _timer.Dispose();
        foreach (WatchLink link in _links)
        {
            link.Leave(Step);
            link.Dispose();
        }
    }

    private static string PlaceOf(TcpListener listener)
    {
        IEnumerable<string> addresses = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .Where(address => !address.IsIPv6LinkLocal)
            .OrderBy(IPAddress.IsLoopback)
            .Select(address => address.ToString());
        return $"{Environment.MachineName.Replace(' ', '-')} {((IPEndPoint)listener.LocalEndpoint).Port} {string.Join(' ', addresses)}";
    }

    // Addresses of the same machine, and those of networks that only some machines share, are tried until one answers to the token.
    private static WatchLink Connect(int rank, string host, int port, string[] addresses, byte[] token)
    {
        foreach (string address in addresses)
        {
            TcpClient client = new(IPAddress.Parse(address).AddressFamily);
            try
            {
                if (client.ConnectAsync(IPAddress.Parse(address), port).Wait(s_connect))
                {
                    WatchLink link = new(client);
                    link.Introduce(token, rank, Environment.MachineName);
                    if (link.Meet(token))
                    {
                        link.Name(0, host);
                        return link;
                    }
                }
            }
            catch (Exception e) when (e is AggregateException or SocketException or IOException)
            {
                // The next address.
            }

            client.Dispose();
        }

        throw new ProcessLostException(string.Create(
            CultureInfo.InvariantCulture,
            $"process {rank} on {Environment.MachineName} cannot reach process 0 on {host} by TCP at {string.Join(", ", addresses)}, port {port}: "
            + $"open the ports between the machines"));
    }

    private static WatchLink[] Accept(TcpListener listener, int count, byte[] token, TimeSpan timeout)
    {
        List<WatchLink> links = [];
        using CancellationTokenSource end = new(timeout + s_connect);
        try
        {
            while (links.Count < count)
            {
                WatchLink link = new(listener.AcceptTcpClientAsync(end.Token).AsTask().GetAwaiter().GetResult());
                if (Greets(link))
                {
                    links.Add(link);
                }
                else
                {
                    link.Dispose();
                }
            }
        }
        catch (OperationCanceledException)
        {
            string missing = string.Join(", ", Enumerable.Range(1, count).Except(links.Select(link => link.Rank)));
            throw new ProcessLostException($"process {missing} did not reach process 0 by TCP: open the ports between the machines");
        }

        return [.. links.OrderBy(link => link.Rank)];

        bool Greets(WatchLink link)
        {
            try
            {
                if (!link.Meet(token))
                {
                    return false;
                }

                link.Introduce(token, 0, Environment.MachineName);
                return true;
            }
            catch (Exception e) when (e is IOException or EndOfStreamException)
            {
                return false;
            }
        }
    }

    private void Listen(WatchLink link)
    {
        string? reason = link.Listen();
        if (_isOver || link.HasLeft)
        {
            return;
        }

        Lose(
            reason ?? string.Create(
                CultureInfo.InvariantCulture,
                $"process {link.Rank} on {link.Host} ended after step {link.Step} without a word: it was killed, or the machine went down"),
            isTold: reason is not null && _rank != 0,
            isSilent: reason is null);
    }

    private void Beat()
    {
        foreach (WatchLink link in _links)
        {
            link.Beat(Step);
            if (link.Silence > _timeout && !link.HasLeft)
            {
                Lose(string.Create(
                    CultureInfo.InvariantCulture,
                    $"nothing was heard from process {link.Rank} on {link.Host} for {_timeout.TotalSeconds:0} s, its last step was {link.Step}: "
                    + $"it hangs, or the network is down"));
            }
        }
    }

    // The first reason counts; process 0 passes it on to all.
    private void Lose(string reason, bool isTold = false, bool isSilent = true)
    {
        ProcessLostException failure = new(reason, isTold);
        if (_isOver || Interlocked.CompareExchange(ref _failure, failure, null) is not null)
        {
            return;
        }

        foreach (WatchLink link in _links)
        {
            link.Fail(Step, reason);
        }

        _failed.Set();
        if (isSilent)
        {
            _onLost(failure);
        }
    }
}
