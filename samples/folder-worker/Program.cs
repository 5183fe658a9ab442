using FolderWorker;
using Panoptes;
using Panoptes.Inference;

if (args is not [string model, string folder, .. string[] rest])
{
    Console.Error.WriteLine("usage: folder-worker MODEL.onnx FOLDER");
    return 2;
}

try
{
    using Segmenter segmenter = Segmenter.Load(model, new SegmenterOptions { MinScore = 0.3 });
    HostApplicationBuilder builder = Host.CreateApplicationBuilder(rest);
    builder.Services.AddSingleton(segmenter);
    builder.Services.AddSingleton(Folders.Create(folder));
    builder.Services.AddHostedService<Worker>();
    // Ctrl-C and SIGTERM let the file under way be finished; give it as long.
    builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(2));
    await builder.Build().RunAsync();
    return 0;
}
catch (InputException e)
{
    Console.Error.WriteLine(e.Message); // the model's file
    return 1;
}
