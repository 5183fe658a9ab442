using Panoptes.Torch.Generator;

// Writes src/Panoptes.Torch/Generated/Tensor.Operators.cs from operators.txt and the schemas of the libtorch at hand.
// Usage, from the root of the repository: dotnet run --project eng/Panoptes.Torch.Generator [-- OUTPUT.cs]
string project = Path.Combine(Environment.CurrentDirectory, "src", "Panoptes.Torch");
string output = args.Length > 0 ? args[0] : Path.Combine(project, "Generated", "Tensor.Operators.cs");

Shim.Load(Path.Combine(Environment.CurrentDirectory, "artifacts", "native", "libpanoptes_torch.so"));
string code = OperatorFile.Write(File.ReadLines(Path.Combine(project, "operators.txt")), Shim.Schema);
Directory.CreateDirectory(Path.GetDirectoryName(output)!);
File.WriteAllText(output, code);
Console.WriteLine($"{output}: {code.Split('\n').Length} lines");
