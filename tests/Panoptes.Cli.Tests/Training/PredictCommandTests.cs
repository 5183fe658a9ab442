using System.Text.Json;
using System.Text.Json.Nodes;
using Panoptes.Coco.Files;
using Panoptes.Imaging;

namespace Panoptes.Cli.Tests.Training;

[Collection(nameof(TrainingCollection))]
public class PredictCommandTests(TinyProject project)
{
    private Task<ToolResult> PredictAsync(string output, params string[] more) =>
        ToolRunner.RunAsync(["predict", "--model", project.Model, "--output", output, "--score", "0", .. more]);

    private string Copy(string folder, string name)
    {
        string copy = Path.Combine(Directory.CreateDirectory(folder).FullName, name);
        File.Copy(Path.Combine(project.Images, "000000.jpg"), copy);
        return copy;
    }

    [Fact]
    public async Task Everything_that_was_asked_for_is_written()
    {
        string output = project.NewPath("found");

        ToolResult result = await PredictAsync(output, project.Images, "--save", "overlay,coco,masks", "--json");

        Assert.Equal(0, result.Code);
        Assert.Contains("predict 3/3 (100 %)", result.Error, StringComparison.Ordinal);
        JsonElement json = result.Json();
        Assert.Equal(
            ["output", "predictions", "images", "instances", "failed", "removed", "images_per_second", "seconds"],
            json.EnumerateObject().Select(p => p.Name));
        Assert.Equal((output, 3, 0), (
            json.GetProperty("output").GetString(), json.GetProperty("images").GetInt32(), json.GetProperty("failed").GetArrayLength()));
        Assert.True(json.GetProperty("images_per_second").GetDouble() > 0);

        List<CocoDetection> found = ResultFile.Load(json.GetProperty("predictions").GetString()!);
        Assert.NotEmpty(found);
        Assert.Equal(json.GetProperty("instances").GetInt32(), found.Count);
        Assert.All(found, detection => Assert.InRange(detection.ImageId, 0, 2)); // 000000.jpg is image 0.
        foreach (IGrouping<long, CocoDetection> image in found.GroupBy(detection => detection.ImageId))
        {
            string name = $"{image.Key:000000}";
            string original = Path.Combine(project.Images, name + ".jpg");
            Assert.Equal(Image.ReadSize(original), Image.ReadSize(Path.Combine(output, name + ".png")));
            string[] masks = [.. Directory.GetFiles(Path.Combine(output, "masks", name)).Order()];
            Assert.Equal(image.Select(detection => detection.Mask!.Area), masks.Select(White));
        }

        static long White(string file) => Image.Load(file).Pixels.ToArray().LongCount(value => value == 255) / 3;
    }

    [Theory]
    [InlineData("jpeg", "a.jpg", "FFD8FF")]
    [InlineData("webp", "a.webp", "52494646")]
    public async Task Overlays_are_written_in_the_format_asked_for(string format, string name, string start)
    {
        string images = project.NewPath("images");
        string output = project.NewPath("found");
        Copy(images, "a.jpg");

        ToolResult result = await PredictAsync(output, images, "--save", "overlay", "--overlay-format", format);

        Assert.Equal(0, result.Code);
        byte[] file = await File.ReadAllBytesAsync(
            Assert.Single(Directory.GetFiles(output, "a.*")), TestContext.Current.CancellationToken);
        Assert.Equal(
            [".panoptes-files", ".panoptes-predictions.jsonl", name],
            Directory.GetFiles(output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.StartsWith(start, Convert.ToHexString(file), StringComparison.Ordinal);
        Assert.Equal(Image.ReadSize(Path.Combine(images, "a.jpg")), Image.Decode(file).Size);
    }

    [Fact]
    public async Task An_overlay_format_that_is_not_written_is_refused_with_those_that_are()
    {
        ToolResult result = await PredictAsync(project.NewPath("found"), project.Images, "--overlay-format", "gif");

        Assert.Equal(2, result.Code);
        Assert.Contains("--overlay-format: is 'gif'; allowed are png, jpeg and webp", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_read_with_a_warning_are_told_but_not_each_of_thousands()
    {
        string images = project.NewPath("images");
        Directory.CreateDirectory(images);
        for (int i = 0; i < 5; i++)
        {
            byte[] twelveBits = PngEncoder.EncodeGray16([.. Enumerable.Range(0, 64 * 64).Select(p => (ushort)(p % 4000))], 64, 64);
            await File.WriteAllBytesAsync(Path.Combine(images, $"{i}.png"), twelveBits, TestContext.Current.CancellationToken);
        }

        ToolResult result = await PredictAsync(project.NewPath("found"), images, "--save", "coco");

        Assert.Equal(0, result.Code);
        Assert.Matches(@"warning: .*0\.png: holds 16 bits a channel, but no value is above 3999; read as 12 bits", result.Error);
        Assert.Contains("warning: 2 more images were read with a warning like these", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_found_is_what_evaluation_finds()
    {
        string found = project.NewPath("found");
        string evaluated = project.NewPath("evaluated");

        await PredictAsync(found, project.Images, "--save", "coco");
        await ToolRunner.RunAsync(
            "eval", "--model", project.Model, "--images", project.Images, "--annotations", project.Annotations, "--output", evaluated);

        Assert.Equal(
            ResultFile.Load(Path.Combine(evaluated, "predictions.json")),
            ResultFile.Load(Path.Combine(found, "predictions.json")).Select(d => d with { ImageId = d.ImageId + 1 }));
    }

    [Fact]
    public async Task A_model_that_comes_with_the_tool_works_by_its_name()
    {
        string found = project.NewPath("found");
        string photograph = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "samples", "mushrooms", "val")).Order().First();

        ToolResult result = await ToolRunner.RunAsync("predict", "--model", "mushrooms", photograph, "--output", found, "--json");

        Assert.Equal(0, result.Code);
        Assert.InRange(result.Json().GetProperty("instances").GetInt32(), 30, 400); // as many as one sees in it
        (await ToolRunner.RunAsync("predict", "--model", "mushroom", photograph, "--output", found)).ShouldFailWith(2, "mushroom", "not found");
    }

    [Fact]
    public async Task Ids_of_classes_that_are_texts_come_back_as_texts()
    {
        (string run, string found) = (project.NewPath("run"), project.NewPath("found"));
        string texts = project.Changed(dataset =>
        {
            foreach (JsonNode? category in dataset["categories"]!.AsArray()) category!["id"] = $"class-{category["id"]}";
            foreach (JsonNode? annotation in dataset["annotations"]!.AsArray())
                annotation!["category_id"] = $"class-{annotation["category_id"]}";
        });

        Assert.Equal(0, (await project.TrainAsync(run, texts, "schedule.iterations=0")).Code);
        ToolResult predicted = await ToolRunner.RunAsync(
            "predict", "--model", Path.Combine(run, "last.safetensors"), project.Images, "--output", found, "--score", "0", "--save", "coco");

        Assert.Equal(0, predicted.Code);
        JsonNode results = JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(found, "predictions.json"), TestContext.Current.CancellationToken))!;
        Assert.NotEmpty(results.AsArray());
        Assert.All(results.AsArray(), detection => Assert.StartsWith("class-", detection!["category_id"]!.GetValue<string>(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broken_image_is_named_and_the_others_are_done()
    {
        string images = project.NewPath("images");
        string output = project.NewPath("found");
        byte[] whole = await File.ReadAllBytesAsync(Copy(images, "a.jpg"), TestContext.Current.CancellationToken);
        Copy(images, "c.jpg");
        await File.WriteAllBytesAsync(Path.Combine(images, "b.jpg"), whole[..(whole.Length / 2)], TestContext.Current.CancellationToken);

        ToolResult result = await PredictAsync(output, images, "nowhere.jpg", "--batch", "2");

        Assert.Equal(1, result.Code);
        Assert.Matches(@"(?m)^error: .*nowhere\.jpg", result.Error);
        Assert.Matches(@"(?m)^error: .*b\.jpg", result.Error);
        Assert.Contains("2 of the inputs could not be used", result.Output, StringComparison.Ordinal);
        Assert.Equal(
            [".panoptes-files", ".panoptes-predictions.jsonl", "a.png", "c.png", "predictions.json"],
            Directory.GetFiles(output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        string[] ids = ["a", "c"];
        using JsonDocument predictions = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(output, "predictions.json")));
        Assert.Equal(ids, predictions.RootElement.EnumerateArray().Select(p => p.GetProperty("image_id").GetString()).Distinct());
    }

    [Fact]
    public async Task Where_no_image_can_be_used_the_input_is_wrong()
    {
        string broken = project.NewPath("broken.jpg");
        await File.WriteAllTextAsync(broken, "no image", TestContext.Current.CancellationToken);

        (await PredictAsync(project.NewPath("found"), "nowhere.jpg", "no/*.png")).ShouldFailWith(2, "nowhere.jpg", "(and 1 more)");
        ToolResult result = await PredictAsync(project.NewPath("found"), broken, "--json");
        Assert.Equal(2, result.Code);
        Assert.Contains(broken, result.Json().GetProperty("failed")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_never_replace_one_another_or_a_image()
    {
        string folder = project.NewPath("a");
        string first = Copy(folder, "7.jpg");
        string second = Copy(project.NewPath("b"), "007.jpg");

        (await PredictAsync(project.NewPath("found"), first, second)).ShouldFailWith(2, first, second, "image 7");
        (await PredictAsync(folder, first)).ShouldFailWith(2, first, "another folder");
    }

    [Fact]
    public async Task A_second_prediction_leaves_no_masks_of_the_first()
    {
        string output = project.NewPath("found");
        string image = Path.Combine(project.Images, "000000.jpg");
        await PredictAsync(output, image, "--save", "masks");
        string masks = Path.Combine(output, "masks/000000");
        Assert.NotEmpty(Directory.GetFiles(masks));

        ToolResult second = await ToolRunner.RunAsync(
            "predict", image, "--model", project.Model, "--output", output, "--save", "masks", "--score", "1");

        Assert.Equal(0, second.Code);
        Assert.Empty(Directory.GetFiles(masks));
    }

    [Fact]
    public async Task A_second_prediction_removes_what_it_would_not_write_and_nothing_else()
    {
        string output = project.NewPath("found");
        await PredictAsync(output, project.Images, "--save", "overlay,coco,masks");
        string[] own = ["notes.txt", "000009.png", "masks/000001/999-mine.png"];
        foreach (string file in own) await File.WriteAllTextAsync(Path.Combine(output, file), "", TestContext.Current.CancellationToken);
        int earlier = Files().Length - own.Length;

        ToolResult second = await PredictAsync(output, Path.Combine(project.Images, "000000.jpg"), "--save", "overlay", "--json");

        Assert.Equal([".panoptes-files", ".panoptes-predictions.jsonl", "000000.png", .. own.Order(StringComparer.Ordinal)], Files());
        Assert.Equal(earlier - 3, second.Json().GetProperty("removed").GetInt32()); // all but the list, the manifest and 000000.png
        Assert.Contains("removed what an earlier prediction wrote and this one did not: 000001.png, 000002.png, ", second.Error,
            StringComparison.Ordinal);
        Assert.Equal(["masks/000001"], Directory.GetDirectories(Path.Combine(output, "masks"))
            .Select(path => Path.GetRelativePath(output, path).Replace('\\', '/')));

        ToolResult third = await PredictAsync(output, Path.Combine(project.Images, "000000.jpg"), "--save", "overlay", "--json");
        Assert.Equal(0, third.Json().GetProperty("removed").GetInt32());

        string[] Files() =>
        [
            .. Directory.GetFiles(output, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(output, file).Replace('\\', '/'))
                .Order(StringComparer.Ordinal),
        ];
    }

    [Fact]
    public async Task The_list_of_files_reaches_nothing_outside_the_folder_and_no_input()
    {
        string output = project.NewPath("found");
        string outside = project.NewPath("outside.txt");
        await File.WriteAllTextAsync(outside, "", TestContext.Current.CancellationToken);
        string input = Copy(Path.Combine(output, "inputs"), "7.jpg");
        await File.WriteAllTextAsync(
            Path.Combine(output, ".panoptes-files"), $"../{Path.GetFileName(outside)}\n{outside}\ninputs/7.jpg\nnowhere.png\n",
            TestContext.Current.CancellationToken);

        ToolResult result = await PredictAsync(output, input, "--save", "overlay", "--json");

        Assert.Equal(0, result.Json().GetProperty("removed").GetInt32());
        Assert.True(File.Exists(outside));
        Assert.True(File.Exists(input));
    }

    [Theory]
    [InlineData("--score", "1.5", "0..1")]
    [InlineData("--batch", "0", "at least 1")]
    [InlineData("--save", "overlays", "did you mean 'overlay'?")]
    [InlineData("--save", "panoptic", "finds instances only")]
    [InlineData("--tile", "32", "at least 64")]
    [InlineData("--overlap", "8", "has no meaning without --tile")]
    [InlineData("--save", ",", "at least one of overlay, coco, masks")]
    public async Task Wrong_arguments_are_named(string option, string value, string problem)
    {
        string output = project.NewPath("found");

        ToolResult result = await ToolRunner.RunAsync(
            "predict", project.Images, "--model", project.Model, "--output", output, option, value);

        result.ShouldFailWith(2, option, problem);
        Assert.False(Directory.Exists(output));
    }
}
