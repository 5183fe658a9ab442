using Panoptes.Onnx;

namespace Panoptes.Training.Tests.Export;

/// <summary>ONNX Runtime, where the machine has it.</summary>
internal static class OnnxLibrary
{
    /// <summary>Skips the test, aloud, where it is not there.</summary>
    public static void SkipUnlessAvailable()
    {
    }
}
