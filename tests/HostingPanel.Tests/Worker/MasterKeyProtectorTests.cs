using System.Security.Cryptography;
using System.Text;
using HostingPanel.Worker.Security;

namespace HostingPanel.Tests.Worker;

public sealed class MasterKeyProtectorTests
{
    private readonly MasterKeyProtector _protector = new(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public void What_was_protected_opens_in_its_own_context()
    {
        var stored = _protector.Protect("secret"u8, "site/name");
        Assert.Equal("secret", Encoding.UTF8.GetString(_protector.Unprotect(stored, "site/name")));
        Assert.DoesNotContain("secret", Encoding.Latin1.GetString(stored), StringComparison.Ordinal);
    }

    [Fact]
    public void Moved_to_another_context_it_does_not_open()
    {
        var stored = _protector.Protect("secret"u8, "site/name");
        Assert.ThrowsAny<CryptographicException>(() => _protector.Unprotect(stored, "other/name"));
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_noticed()
    {
        var stored = _protector.Protect("secret"u8, "c");
        for (var index = 0; index < stored.Length; index++)
        {
            var changed = stored.ToArray();
            changed[index] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => _protector.Unprotect(changed, "c"));
        }
    }

    [Fact]
    public void The_same_value_never_looks_the_same_twice() =>
        Assert.NotEqual(_protector.Protect("secret"u8, "c"), _protector.Protect("secret"u8, "c"));

    [Fact]
    public void A_short_key_is_refused() => Assert.Throws<InvalidOperationException>(() => new MasterKeyProtector(new byte[16]));
}
