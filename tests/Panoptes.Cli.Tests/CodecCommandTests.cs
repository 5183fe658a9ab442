using System.Text.Json;

namespace Panoptes.Cli.Tests;

public sealed class CodecCommandTests : IDisposable
{
    private const string Squares = """
        {"images":[{"id":1,"file_name":"a.jpg","width":100,"height":80}],"categories":[{"id":3,"name":"cat"}],
         "annotations":[
          {"id":1,"image_id":1,"category_id":3,"bbox":[0,0,40,40],"area":800,"iscrowd":0,"segmentation":[[0,0,40,0,0,40]]},
          {"id":2,"image_id":1,"category_id":3,"bbox":[10,10,40,40],"area":1600,"iscrowd":0,"segmentation":[[10,10,50,10,50,50,10,50]]},
          {"id":3,"image_id":1,"category_id":3,"bbox":[10,10,40,20],"area":400,"iscrowd":0,"segmentation":[[10,10,50,10,50,30]]},
          {"id":4,"image_id":1,"category_id":3,"bbox":[0,0,100,80],"area":8000,"iscrowd":1,"segmentation":{"size":[80,100],"counts":[0,8000]}}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_codec_is_fitted_and_measured()
    {
        string data = _folder.Write("instances.json", Squares);
        string codec = _folder.Full("new/codec.safetensors");
        ToolResult fit = await ToolRunner.RunAsync(
            "codec", "fit", "--annotations", data, "--output", codec, "--size", "8", "--dim", "3", "--space", "binary", "--whiten", "false", "--json");
        Assert.Equal((0, ""), (fit.Code, fit.Error));
        Assert.Equal((3, 3), (fit.Json().GetProperty("masks").GetInt32(), fit.Json().GetProperty("dim").GetInt32()));
        Assert.Equal(1, fit.Json().GetProperty("explained_variance").GetDouble(), 1e-6); // three masks span two dimensions

        string page = _folder.Full("codec.html");
        ToolResult report = await ToolRunner.RunAsync("codec", "report", "--codec", codec, "--annotations", data, "--report", page, "--json");
        JsonElement json = report.Json();
        Assert.Equal((8, 3, "binary", false), (
            json.GetProperty("size").GetInt32(),
            json.GetProperty("masks").GetInt32(),
            json.GetProperty("space").GetString(),
            json.GetProperty("whiten").GetBoolean()));
        Assert.Equal([3, 5, 10, 15, 20, 30, 40, 50, 60], json.GetProperty("dims").EnumerateArray().Select(d => d.GetProperty("dim").GetInt32()));
        JsonElement own = json.GetProperty("dims")[0];
        Assert.Equal((1.0, 0.0), (own.GetProperty("miou").GetDouble(), own.GetProperty("e_recon").GetDouble()));
        Assert.Contains("Before and after", File.ReadAllText(page), StringComparison.Ordinal);

        ToolResult text = await ToolRunner.RunAsync("codec", "report", "--codec", codec, "--annotations", data, "--ap");
        Assert.Matches(@"\n +3  1\.000   0\.0000          1\.000          0\.000  <- the codec's own\n", text.Output);
        ToolResult limit = await ToolRunner.RunAsync("codec", "report", "--codec", codec, "--annotations", data, "--ap", "--json");
        double ap = limit.Json().GetProperty("limit").GetProperty("AP").GetDouble();
        Assert.Contains($"limit of 3 numbers: segm AP {ap:0.000}, AP50 ", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_auto_encoder_is_fitted_and_compared()
    {
        string data = _folder.Write("instances.json", Squares);
        string[] codecs = [_folder.Full("pca.safetensors"), _folder.Full("auto.safetensors")];
        string[] fit = ["codec", "fit", "--annotations", data, "--size", "8", "--dim", "2", "--output"];
        Assert.Equal(0, (await ToolRunner.RunAsync([.. fit, codecs[0]])).Code);
        ToolResult auto = await ToolRunner.RunAsync([.. fit, codecs[1], "--kind", "autoencoder", "--hidden", "5", "--steps", "3", "--json"]);
        Assert.Equal(0, auto.Code);
        Assert.Equal(("autoencoder", 2, 3), (
            auto.Json().GetProperty("kind").GetString(),
            auto.Json().GetProperty("dim").GetInt32(),
            auto.Json().GetProperty("masks").GetInt32()));

        string page = _folder.Full("codec.html");
        ToolResult report = await ToolRunner.RunAsync(
            "codec", "report", "--codec", codecs[0], "--compare", codecs[1], "--annotations", data, "--report", page, "--json");
        JsonElement compared = Assert.Single(report.Json().GetProperty("compared").EnumerateArray());
        Assert.Equal((codecs[1], "autoencoder", 2), (
            compared.GetProperty("codec").GetString(), compared.GetProperty("kind").GetString(), compared.GetProperty("dim").GetInt32()));
        Assert.InRange(compared.GetProperty("e_recon").GetDouble(), 0, 1);
        Assert.Equal(2, report.Json().GetProperty("dims")[0].GetProperty("dim").GetInt32());
        Assert.Contains("compared: auto-encoder", File.ReadAllText(page), StringComparison.Ordinal);

        // By itself it has one dimension.
        ToolResult alone = await ToolRunner.RunAsync("codec", "report", "--codec", codecs[1], "--annotations", data, "--json");
        JsonElement point = Assert.Single(alone.Json().GetProperty("dims").EnumerateArray());
        Assert.Equal(compared.GetProperty("e_recon").GetDouble(), point.GetProperty("e_recon").GetDouble());
    }

    [Theory]
    [InlineData("--dim 65 --size 8", "dimension is 65")]
    [InlineData("--size 300", "size is 300")]
    [InlineData("--space sigmoid", "'sigmoid'")]
    [InlineData("--kind autoencoder --space binary", "--space: belongs to --kind pca")]
    [InlineData("--hidden 12", "--hidden: belongs to --kind autoencoder")]
    [InlineData("--kind autoencoder --hidden 0", "--hidden 0: it must be at least 1")]
    public async Task Wrong_options_are_named(string options, string problem)
    {
        string data = _folder.Write("instances.json", Squares);
        ToolResult result = await ToolRunner.RunAsync(
            ["codec", "fit", "--annotations", data, "--output", _folder.Full("c.safetensors"), .. options.Split(' ')]);
        result.ShouldFailWith(2, problem);
        Assert.False(File.Exists(_folder.Full("c.safetensors")));
    }

    [Fact]
    public async Task A_file_that_is_no_codec_is_named()
    {
        string data = _folder.Write("instances.json", Squares);
        ToolResult result = await ToolRunner.RunAsync("codec", "report", "--codec", data, "--annotations", data);
        result.ShouldFailWith(2, "instances.json", "safetensors");
    }
}
