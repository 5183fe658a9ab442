using Panoptes.Cli.Commands.Shards;
using Panoptes.Training.Distributed;

namespace Panoptes.Cli.Tests;

public class ShardArgumentTests
{
    private static Shard Parse(string text, string environment)
    {
        Dictionary<string, string> variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        return ShardArgument.Parse(text, variables.GetValueOrDefault);
    }

    [Theory]
    [InlineData("3/16", "", "3/16")]
    [InlineData("3/16", "JOB_COMPLETION_INDEX=0", "3/16")]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=16 SLURM_ARRAY_TASK_COUNT=16", "3/16")]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=16", "1/16")]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_STEP=4", "3/4")]
    [InlineData("auto/16", "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=7 SLURM_ARRAY_TASK_COUNT=2", "7/16")] // two of them once more
    [InlineData("auto/16", "JOB_COMPLETION_INDEX=0", "1/16")]
    [InlineData("auto/16", "JOB_COMPLETION_INDEX=15", "16/16")]
    public void A_shard_is_named_or_told_by_the_environment(string text, string environment, string expected) =>
        Assert.Equal(expected, Parse(text, environment).ToString());

    [Theory]
    [InlineData("0/4", "", "allowed are I/N")]
    [InlineData("5/4", "", "allowed are I/N")]
    [InlineData("-1/4", "", "allowed are I/N")]
    [InlineData("1/100001", "", "N up to 100000")]
    [InlineData("3", "", "allowed are I/N")]
    [InlineData("1/2/3", "", "allowed are I/N")]
    [InlineData("auto/0", "", "allowed are I/N")]
    [InlineData("auto", "", "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX")]
    [InlineData("auto", "JOB_COMPLETION_INDEX=3", "JOB_COMPLETION_INDEX is 3, but says not of how many; give auto/N")]
    [InlineData("auto/4", "JOB_COMPLETION_INDEX=4", "JOB_COMPLETION_INDEX is 4; it must be 0 to 3 (completions: 4)")]
    [InlineData("auto/4", "JOB_COMPLETION_INDEX=x", "JOB_COMPLETION_INDEX is 'x'; a whole number is needed")]
    [InlineData("auto/4", "SLURM_ARRAY_TASK_ID=0", "SLURM_ARRAY_TASK_ID is 0; it must be 1 to 4 (--array=1-4)")]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=3", "the array has gaps; use auto/N")]
    [InlineData("auto", "SLURM_ARRAY_TASK_ID=3", "SLURM_ARRAY_TASK_COUNT is ''")]
    public void What_is_allowed_and_what_the_environment_says_is_told(string text, string environment, string problem)
    {
        string message = Assert.Throws<InputException>(() => Parse(text, environment)).Message;
        Assert.StartsWith($"--shard {text}: ", message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(2, 3)]
    [InlineData(20, 4)]
    [InlineData(1_000_003, 64)]
    [InlineData(int.MaxValue, Shard.MaxCount)]
    public void Shards_cover_a_list_once(int length, int count)
    {
        int end = 0;
        for (int number = 1; number <= count; number++)
        {
            Shard shard = new(number, count);
            Assert.Equal(end, shard.First(length));
            end = shard.End(length);
            Assert.InRange(end - shard.First(length), length / count, (length / count) + 1);
        }

        Assert.Equal(length, end);
    }
}
