using Panoptes.Torch.Generator;

// Writes src/Panoptes.Torch/Generated/Tensor.Operators.cs from operators.txt and the schemas inside a libtorch.
// Usage, from the root of the repository: dotnet run --project eng/Panoptes.Torch.Generator -- PATH/TO/libtorch_cpu.so
if (args.Length != 1 || !File.Exists(args[0]))
{
    Console.Error.WriteLine("Name the file of libtorch's library torch_cpu; `panoptes doctor` tells where it is.");
    return 2;
}

string project = Path.Combine(Environment.CurrentDirectory, "src", "Panoptes.Torch");
string output = Path.Combine(project, "Generated", "Tensor.Operators.cs");
string code = OperatorFile.Write(File.ReadLines(Path.Combine(project, "operators.txt")), SchemaFile.Read(args[0]).Find);
File.WriteAllText(output, code);
Console.WriteLine($"{output}: {code.Split('\n').Length} lines");
return 0;
