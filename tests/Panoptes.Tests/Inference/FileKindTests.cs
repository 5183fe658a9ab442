using Panoptes.Inference;

namespace Panoptes.Tests.Inference;

public class FileKindTests
{
    [Fact]
    public void A_header_of_safetensors_may_be_as_long_as_a_number_that_ONNX_begins_with()
    {
        byte[] start = [8, 44, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'"', (byte)'_', (byte)'_', (byte)'m', (byte)'e', (byte)'t', (byte)'a'];

        Assert.True(FileKind.IsSafetensors(start));
        Assert.False(FileKind.IsOnnx(start));
        Assert.True(FileKind.IsOnnx([8, 9, 18, 8, (byte)'p', (byte)'a', (byte)'n', (byte)'o', (byte)'p', (byte)'t']));
    }
}
