using HostingPanel.Traffic;

namespace HostingPanel.Tests.Traffic;

/// <summary>The examples of the algorithm's description.</summary>
public sealed class Sha512CryptTests
{
    [Theory]
    [InlineData(
        "Hello world!",
        "saltstringsaltst",
        10000,
        "OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v."
    )]
    [InlineData(
        "a very much longer text to encrypt.  This one even stretches over morethan one line.",
        "anotherlongsalts",
        1400,
        "POfYwTEok97VWcjxIiSOjiykti.o/pQs.wPvMxQ6Fm7I6IoYN3CmLs66x9t0oSwbtEW7o7UmJEiDwGqd8p4ur1"
    )]
    [InlineData(
        "the minimum number is still observed",
        "roundstoolow",
        1000,
        "kUMsbe306n21p9R.FRkW3IGn.S9NPN0x50YhH1xhLsPuWGsUSklZt58jaTfF4ZEQpyUNGc0dqbpBYYBaHHrsX."
    )]
    public void The_hash_is_that_of_crypt(string password, string salt, int rounds, string hash) =>
        Assert.Equal($"$6$rounds={rounds}${salt}${hash}", Sha512Crypt.Make(password, salt, rounds));

    [Fact]
    public void Each_hash_has_a_salt_of_its_own() => Assert.NotEqual(Sha512Crypt.Make("the same"), Sha512Crypt.Make("the same"));
}
