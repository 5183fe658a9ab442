namespace Panoptes.Server.Tests;

/// <summary>Waits for what another thread does.</summary>
internal static class Wait
{
    /// <summary>Returns when a condition holds; fails the test where it never does.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (int i = 0; i < 1500; i++)
        {
            if (condition()) return;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"waited 30 seconds in vain: {what}");
    }
}
