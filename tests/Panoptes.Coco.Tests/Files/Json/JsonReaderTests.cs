using System.Globalization;
using System.Text;
using System.Text.Json;
using Panoptes.Coco.Files.Json;

namespace Panoptes.Coco.Tests.Files.Json;

public sealed class JsonReaderTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Numbers_of_every_length_are_rounded_as_the_runtime_rounds_them(int seed)
    {
        Random random = new(seed);
        string Digits(int count) => string.Concat(Enumerable.Range(0, count).Select(_ => random.Next(10)));
        for (int i = 0; i < 20_000; i++)
        {
            string whole = random.Next(4) == 0 ? "0" : random.Next(1, 10) + Digits(random.Next(21));
            string fraction = random.Next(3) == 0 ? "" : "." + Digits(random.Next(1, 21));
            string exponent = random.Next(5) == 0 ? $"{"eE"[random.Next(2)]}{new[] { "", "+", "-" }[random.Next(3)]}{random.Next(40)}" : "";
            string number = (random.Next(3) == 0 ? "-" : "") + whole + fraction + exponent;
            string behind = new[] { "", "]", ", 12345678", "}]           " }[random.Next(4)];
            JsonReader json = new(Encoding.UTF8.GetBytes($"[{number}{behind}"));
            json.Read();
            json.Read();
            Assert.True(json.TryGetNumber(out double value), number);
            Assert.Equal(BitConverter.DoubleToInt64Bits(double.Parse(number, CultureInfo.InvariantCulture)), BitConverter.DoubleToInt64Bits(value));
            if (long.TryParse(number, CultureInfo.InvariantCulture, out long integer))
            {
                Assert.True(json.TryGetInteger(out long read), number);
                Assert.Equal(integer, read);
            }
        }
    }

    [Theory]
    [InlineData("[01]")]
    [InlineData("[-]")]
    [InlineData("[1.]")]
    [InlineData("[.5]")]
    [InlineData("[1e]")]
    [InlineData("[+1]")]
    [InlineData("[12345678.x]")]
    public void What_is_no_number_is_not_read_as_one(string text) =>
        Assert.Throws<JsonException>(() =>
        {
            JsonReader json = new(Encoding.UTF8.GetBytes(text));
            while (json.Read())
            {
            }
        });

    [Theory]
    [InlineData("[1, -2.5,3e2 ,4]", true)]
    [InlineData("[ 1,2,3,4 ]", true)]
    [InlineData("[1,2,3]", false)]
    [InlineData("[1,2,3,4,5]", false)]
    [InlineData("[1,2,\"3\",4]", false)]
    [InlineData("[1,2,[3],4]", false)]
    [InlineData("[]", false)]
    [InlineData("null", false)]
    public void Four_numbers_are_read_at_once_or_nothing_is(string list, bool expected)
    {
        JsonReader json = new(Encoding.UTF8.GetBytes($"[{list},7]"));
        json.Read();
        json.Read();
        Span<double> numbers = stackalloc double[4];
        Assert.Equal(expected, json.TryReadNumbers(numbers));
        if (expected)
        {
            Assert.Equal(JsonSerializer.Deserialize<double[]>(list), numbers.ToArray());
        }
        else
        {
            json.Skip();
        }

        Assert.True(json.ReadElement());
        Assert.True(json.TryGetInteger(out long next));
        Assert.Equal(7, next);
    }
}
