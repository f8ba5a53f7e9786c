using System.Text;
using HostingPanel.Accounts;

namespace HostingPanel.Tests.Accounts;

public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code)
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(seconds);
        Assert.Equal(code, Totp.CodeOf(Secret, Totp.StepOf(at)));
        Assert.Equal(code, OneTimeCodes.Of(Totp.ToBase32(Secret), at));
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_code_counts_one_step_either_side(int steps, bool counts)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1234567890);
        var step = Totp.StepOf(now) + steps;
        Assert.Equal(counts ? step : null, Totp.Match(Secret, Totp.CodeOf(Secret, step), now, lastStep: 0));
        Assert.Null(Totp.Match(Secret, Totp.CodeOf(Secret, step), now, lastStep: step));
    }

    [Theory]
    [InlineData("123 456", "123456")]
    [InlineData(" 123456 ", "123456")]
    [InlineData("12345", null)]
    [InlineData("1234567", null)]
    [InlineData("١٢٣٤٥٦", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void What_is_typed_is_a_code_or_none(string? typed, string? code) => Assert.Equal(code, Totp.Clean(typed));

    [Fact]
    public void An_app_is_told_whose_code_it_is() =>
        Assert.Equal(
            "otpauth://totp/HostingPanel%20panel.localhost:ada%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=HostingPanel%20panel.localhost",
            Totp.UriOf(Secret, "HostingPanel panel.localhost", "ada@example.org")
        );
}
