using System.Security.Cryptography;
using HostingPanel.Accounts;
using Microsoft.AspNetCore.DataProtection;

namespace HostingPanel.Web.Security;

/// <summary>Encrypts with the keys of the web's cookies. Their own keys are closed with a certificate that lies outside of the database.</summary>
internal sealed class WebSecrets(IDataProtectionProvider protection) : IWebSecrets
{
    public byte[] Protect(ReadOnlySpan<byte> plain, string context) => For(context).Protect(plain.ToArray());

    public byte[]? TryUnprotect(ReadOnlySpan<byte> stored, string context)
    {
        try
        {
            return For(context).Unprotect(stored.ToArray());
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector For(string context) => protection.CreateProtector(nameof(WebSecrets), context);
}
