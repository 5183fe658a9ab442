using Panoptes.Training.Engine;

namespace Panoptes.Training.Tests.Engine;

public class CheckpointStateTests
{
    private const string Valid =
        """{"iteration":20,"seconds":1.5,"evaluated_at":10,"position":{"batches":20,"seed":7,"batch_size":2,"pictures":9,"aspect_grouping":true},"random_state":"AAAA"}""";

    [Fact]
    public void A_state_is_read() => Assert.Equal(20, Checkpoint.Parse(Valid, "state").Position.Batches);

    [Theory]
    [InlineData("\"iteration\":20", "\"iteration\":-1", "has the iteration -1")]
    [InlineData("\"iteration\":20", "\"iteration\":", "is damaged")]
    [InlineData("\"iteration\":20,", "", "is damaged")]
    [InlineData("\"seconds\":1.5", "\"seconds\":-1", "-1 seconds")]
    [InlineData("\"evaluated_at\":10", "\"evaluated_at\":21", "was evaluated at 21")]
    [InlineData("\"batches\":20", "\"batches\":-1", "has read -1 batches")]
    [InlineData("\"batches\":20", "\"batches\":2147483647", "has read 2147483647 batches")]
    [InlineData("\"AAAA\"", "null", "random_state")]
    public void A_state_that_cannot_be_is_refused_with_its_file(string old, string replacement, string problem)
    {
        InputException error = Assert.Throws<InputException>(
            () => Checkpoint.Parse(Valid.Replace(old, replacement, StringComparison.Ordinal), "state.safetensors"));
        Assert.Equal("state.safetensors", error.File);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }
}
