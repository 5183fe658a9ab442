using System.Runtime.CompilerServices;

namespace Panoptes.Training.Distributed.Nccl;

/// <summary>ncclUniqueId: the 128 bytes by which processes find each other, passed by value.</summary>
[InlineArray(Length)]
internal struct NcclUniqueId
{
    /// <summary>NCCL_UNIQUE_ID_BYTES.</summary>
    public const int Length = 128;

    private byte _first;
}
