using Panoptes.Onnx;

namespace Panoptes.Tests.Onnx;

/// <summary>Where ONNX Runtime is looked for, with files that only have its name.</summary>
public sealed class OrtLoaderTests : IDisposable
{
    private static readonly string s_name = OrtLoader.FileNames[0];

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

        Assert.Contains($"{OnnxRuntime.Variable}: no such library ({none})", error.Message, StringComparison.Ordinal);
        Assert.Contains(s_name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_to_the_application_comes_before_the_folder_of_the_nuget_package()
    {
        IReadOnlyList<string> folders = OrtLoader.Folders(Path.Combine(_root, "app") + Path.DirectorySeparatorChar);
        Assert.Matches(@"app.runtimes.(linux|osx|win)-(x64|arm64).native$", folders[1]);

        string package = Place(folders[1]);
        Assert.Equal(package, OrtLoader.Find(null, folders));
        string application = Place("app");
        Assert.Equal(application, OrtLoader.Find(null, folders));
    }

    [Fact]
    public void Without_a_library_the_package_to_add_is_named()
    {
        string message = OrtLoader.Missing(OrtLoader.Folders(_root));

        Assert.Contains("Add the NuGet package Microsoft.ML.OnnxRuntime to the application", message, StringComparison.Ordinal);
        Assert.Contains(_root, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("1.30.0", true)]
    [InlineData("1.4.1", true)]
    [InlineData("0.9", true)]
    [InlineData("1.31.0", false)]
    [InlineData("1.31.2-dev+abc", false)]
    [InlineData("2.0.0", false)]
    [InlineData("", false)] // a build without a version: the managed package decides
    public void A_library_older_than_the_managed_package_is_refused_with_the_package_to_add(string found, bool isTooOld)
    {
        string? problem = OrtLibrary.TooOld(found, new Version(1, 31, 1, 0));

        Assert.Equal(isTooOld, problem is not null);
        if (problem is not null)
        {
            Assert.Contains($"ONNX Runtime {found} is too old: 1.31 or newer is needed", problem, StringComparison.Ordinal);
            Assert.Contains("version 1.31.1 or newer of the NuGet package Microsoft.ML.OnnxRuntime", problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Libraries_are_known_by_their_file_names()
    {
        Assert.True(OrtLoader.IsLibrary(s_name));
        Assert.False(OrtLoader.IsLibrary("Microsoft.ML.OnnxRuntime.dll"));
        Assert.False(OrtLoader.IsLibrary("libonnxruntime_providers_shared.so"));
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
        string path = Path.Combine(_root, folder, s_name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "no library");
        return path;
    }
}
