using Panoptes.Server;

if (args is not [string model, .. string[] rest])
{
    Console.Error.WriteLine("usage: viewer MODEL.onnx [--urls URLS]");
    return 2;
}

// The page's files lie next to the program, whatever folder it is started in.
WebApplicationOptions paths = new() { Args = rest, ContentRootPath = AppContext.BaseDirectory };
WebApplicationBuilder builder = WebApplication.CreateBuilder(paths);
builder.Services.AddPanoptes(options =>
{
    options.Models["default"] = model;
    options.Page = false; // this application has a page of its own, in wwwroot
});

WebApplication app = builder.Build();
app.UsePanoptes();
app.UseDefaultFiles();
app.UseStaticFiles();
app.MapPanoptes();
app.Run();
return 0;
