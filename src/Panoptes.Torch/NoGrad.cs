using Panoptes.Torch.Interop;

namespace Panoptes.Torch;

/// <summary>Switches the recording of gradients off on this thread until it is disposed of: <c>using var _ = new NoGrad();</c></summary>
public sealed class NoGrad : IDisposable
{
    private readonly byte _before = LibTorch.GradModeIsEnabled();

    /// <summary>Begins a region without gradients.</summary>
    public NoGrad() => LibTorch.GradModeSetEnabled(0);

    /// <summary>Switches the recording back to what it was.</summary>
    public void Dispose() => LibTorch.GradModeSetEnabled(_before);
}
