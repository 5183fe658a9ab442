using Panoptes.Inference;

namespace Panoptes.Tests.Inference;

/// <summary>A network made of a function.</summary>
internal sealed class FakeNetwork(ModelCard card, Func<NetworkInput, NetworkOutput> run) : INetwork
{
    public ModelCard Card => card;

    public Func<NetworkInput, NetworkOutput> Function => run;

    public NetworkOutput Run(NetworkInput input, CancellationToken cancellationToken = default) => run(input);

    public void Dispose()
    {
    }
}
