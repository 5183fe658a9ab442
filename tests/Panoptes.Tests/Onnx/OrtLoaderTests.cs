using Panoptes.Onnx;
using Panoptes.Onnx.Interop;

namespace Panoptes.Tests.Onnx;

/// <summary>Where ONNX Runtime is looked for, with files that only have its name.</summary>
public sealed class OrtLoaderTests : IDisposable
{
    private static readonly string Name = OrtLoader.FileNames[0];

    private readonly string _root = Directory.CreateTempSubdirectory("panoptes-onnx-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void What_the_variable_names_comes_before_what_lies_beside_the_application()
    {
        string own = Place("own"), app = Place("app");
        string[] folders = [Path.GetDirectoryName(app)!];

        Assert.Equal(own, OrtLoader.Find(own, folders)); // the library
        Assert.Equal(own, OrtLoader.Find(Path.GetDirectoryName(own), folders)); // its folder
        Assert.Equal(app, OrtLoader.Find("", folders));
        Assert.Equal(app, OrtLoader.Find(null, folders));
    }

    [Fact]
    public void The_variable_may_name_the_folder_above_lib()
    {
        string library = Place("onnxruntime/lib");

        Assert.Equal(library, OrtLoader.Find(Path.Combine(_root, "onnxruntime"), []));
    }

    [Fact]
    public void A_variable_that_names_nothing_is_an_error_whatever_else_is_there()
    {
        string app = Place("app"), none = Path.Combine(_root, "none");

        InputException error = Assert.Throws<InputException>(() => OrtLoader.Find(none, [Path.GetDirectoryName(app)!]));

        Assert.Contains($"{OnnxRuntime.Variable} is '{none}'", error.Message, StringComparison.Ordinal);
        Assert.Contains(Name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Beside_the_application_comes_before_the_folder_of_the_nuget_package()
    {
        string application = Path.Combine(_root, "app");
        IReadOnlyList<string> folders = OrtLoader.Folders(application, Path.Combine(_root, "assembly"));
        string package = Place(folders[2]);
        Assert.Matches(@"app.runtimes.(linux|osx|win)-(x64|arm64).native$", folders[2]);

        Assert.Equal(package, OrtLoader.Find(null, folders));
        string assembly = Place("assembly");
        Assert.Equal(assembly, OrtLoader.Find(null, folders));
        string beside = Place("app");
        Assert.Equal(beside, OrtLoader.Find(null, folders));
    }

    [Fact]
    public void A_folder_that_is_named_twice_is_looked_at_once()
    {
        Assert.Equal(2, OrtLoader.Folders(_root, _root + Path.DirectorySeparatorChar).Count);
        Assert.Equal(2, OrtLoader.Folders(_root, null).Count);
    }

    [Fact]
    public void Where_there_is_none_the_system_decides() => Assert.Null(OrtLoader.Find(null, [_root]));

    [Fact]
    public void A_file_that_is_no_library_is_named()
    {
        string library = Place("app");

        DllNotFoundException error = Assert.Throws<DllNotFoundException>(() => OrtLoader.Load(library));

        Assert.Contains(library, error.Message, StringComparison.Ordinal);
    }

    private string Place(string folder)
    {
        string path = Path.Combine(_root, folder, Name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "no library");
        return path;
    }
}
