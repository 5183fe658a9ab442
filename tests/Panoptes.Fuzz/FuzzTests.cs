using System.Globalization;

namespace Panoptes.Fuzz;

/// <summary>
/// Whatever stands in a file: reading it ends soon, in little memory, with a result or with <see cref="InputException"/>.
/// <c>PANOPTES_FUZZ_INPUTS=1000000</c> gives each reader so many inputs, <c>PANOPTES_FUZZ_FIRST</c> begins behind those of earlier runs, and
/// <c>PANOPTES_FUZZ_REPORT=FILE</c> adds the figures to a file.
/// </summary>
public class FuzzTests(ITestOutputHelper output)
{
    private const int Nightly = 20_000;

    public static TheoryData<string> Names => [.. Targets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Mutated_inputs_end_as_documented(string name)
    {
        Target target = Targets.All.Single(t => t.Name == name);
        Run(target, Number("PANOPTES_FUZZ_INPUTS") ?? target.Inputs);
    }

    [Theory(Explicit = true)]
    [MemberData(nameof(Names))]
    public void Twenty_thousand_inputs_end_as_documented(string name) => Run(Targets.All.Single(t => t.Name == name), Nightly);

    [Fact]
    public void What_was_found_before_stays_fixed()
    {
        foreach (IGrouping<string, Finding> group in Corpus.Findings.GroupBy(finding => finding.Target))
        {
            using Campaign campaign = new(Targets.All.Single(t => t.Name == group.Key));
            foreach (Finding finding in group)
            {
                campaign.Read(finding.Bytes, finding.Name);
            }

            ShouldBeClean(campaign);
        }
    }

    [Fact]
    public void Seeds_are_valid()
    {
        foreach (Target target in Targets.All)
        {
            using Campaign campaign = new(target);
            foreach (byte[] seed in target.Seeds)
            {
                campaign.Read(target.Wrap(seed), target.Name);
            }

            ShouldBeClean(campaign);
            Assert.True(campaign.Accepted == target.Seeds.Length, $"{target.Name}: {campaign.Accepted} of {target.Seeds.Length} seeds");
        }
    }

    [Fact]
    public void A_number_gives_the_same_input_again()
    {
        Mutator mutator = new(Targets.All[0]);
        Assert.Equal(mutator.Make(77), new Mutator(Targets.All[0]).Make(77));
        Assert.NotEqual(mutator.Make(77), mutator.Make(78));
    }

    private void Run(Target target, long count)
    {
        using Campaign campaign = new(target);
        campaign.Run(Number("PANOPTES_FUZZ_FIRST") ?? 0, count);
        string figures = string.Create(
            CultureInfo.InvariantCulture,
            $"| {target.Name} | {count} | {campaign.Accepted} | {campaign.Undocumented} | {campaign.Slow} | "
            + $"{campaign.LongestTime:0.00} | {campaign.LargestMemory / 1048576.0:0.0} |");
        output.WriteLine(figures);
        if (Environment.GetEnvironmentVariable("PANOPTES_FUZZ_REPORT") is { Length: > 0 } report)
        {
            File.AppendAllText(report, figures + "\n");
        }

        ShouldBeClean(campaign);
    }

    private static void ShouldBeClean(Campaign campaign) => Assert.True(
        campaign.Findings.Count == 0, string.Join('\n', campaign.Findings.Select(finding => $"{finding.Key}\n  {finding.Value}")));

    private static long? Number(string variable) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out long number) ? number : null;
}
