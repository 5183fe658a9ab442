namespace Panoptes.Training.Export;

/// <summary>The numbers in which an exported file stores a network's weights. The network computes in float32 in either case.</summary>
public enum ExportPrecision
{
    /// <summary>float32: as they were trained.</summary>
    Fp32,

    /// <summary>float16: half the file. Weights keep 11 bits; one beyond float16's range keeps its tensor in float32.</summary>
    Fp16,
}
