using Panoptes.Torch;
using Panoptes.Torch.Serialization;
using Panoptes.Training.Import;
using Panoptes.Training.Tests.Configuration;

namespace Panoptes.Training.Tests.Import;

[Collection(TorchCollection.Name)]
public class WeightFileTests
{
    [Fact]
    public void A_safetensors_file_is_one_whatever_its_headers_length_begins_with()
    {
        using TemporaryFolder folder = new();
        using TensorScope scope = new();
        string path = Path.Combine(folder.Path, "weights.safetensors");
        HashSet<byte> begun = [];
        for (int more = 0; more < 256; more += 4)
        {
            SafetensorsWriter.Write(path, [("conv1.weight", Tensor.Ones([2]))], new Dictionary<string, string> { ["note"] = new('x', more) });
            begun.Add(File.ReadAllBytes(path)[0]);
            using WeightFile file = WeightFile.Open(path);
            Assert.Equal(2, file.Load("conv1.weight").Sum().ToDouble());
        }

        Assert.Contains((byte)0x80, begun); // a pickle's first byte
        Assert.Contains((byte)8, begun); // an ONNX file's
    }
}
