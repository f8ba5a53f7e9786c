using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HostingPanel.E2E.Tests;

/// <summary>
/// What can be done about certificates that are there or could be asked for. The authorities of the walk are rows that say they are asked for
/// nothing before tomorrow, so nobody is.
/// </summary>
internal static class CertificateWalk
{
    private const string Authorities = """
        INSERT INTO certificate_authorities (id, name, directory, email, roots, is_default, paused_until, paused_why, created_at)
        SELECT gen_random_uuid(), name, 'https://ca.example.org/' || name, 'ada@example.org', 'none', is_default,
            now() + interval '1 day', 'too many new orders recently', now()
        FROM (VALUES ('House authority', true), ('The county''s authority', false)) AS walk (name, is_default);
        """;

    /// <summary>
    /// Chooses another authority for a name of a site, binds one to an account, and brings and takes away a certificate of the panel's own name.
    /// </summary>
    public static async Task WalkAsync(IPage page, string site)
    {
        var token = TestContext.Current.CancellationToken;
        await PanelFixture.SqlAsync(Authorities, token);
        await PanelFixture.VisitAsync(page, $"sites/{site}?tab=domains");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Choose who certifies {site}.localhost" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByText("The county's authority")).ToBeVisibleAsync();
        await ShowAsync(page, "choose-authority");
        await dialog.GetByText("The county's authority").ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Listitem).First).ToBeVisibleAsync();
        await ShowAsync(page, "choose-authority-another");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Ask it" }).ClickAsync();
        await Expect(dialog.GetByText("was asked too often (")).ToBeVisibleAsync();
        await ShowAsync(page, "choose-authority-refused");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await PanelFixture.VisitAsync(page, "certificates");
        await BindAsync(page, "House authority");
        await page.GetByRole(AriaRole.Button, new() { Name = "Upload a certificate for panel.localhost" }).ClickAsync();
        var (chain, key) = Make("panel.localhost");
        await dialog.GetByLabel("Certificate", new() { Exact = true }).FillAsync(key);
        await dialog.GetByLabel("Private key").FillAsync(key);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Serve it" }).ClickAsync();
        await Expect(dialog.GetByText("There is a private key among the certificates")).ToBeVisibleAsync();
        await ShowAsync(page, "upload-refused");
        await dialog.GetByLabel("Certificate", new() { Exact = true }).FillAsync(chain);
        await dialog.GetByLabel("Private key").FillAsync(key);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Serve it" }).ClickAsync();
        var takeAway = page.GetByRole(AriaRole.Button, new() { Name = "Take the certificate of panel.localhost away" });
        await Expect(takeAway).ToBeVisibleAsync();
        await takeAway.ScrollIntoViewIfNeededAsync();
        await ShowAsync(page, "panel-uploaded");
        await takeAway.ClickAsync();
        await Expect(dialog).ToBeVisibleAsync();
        await ShowAsync(page, "panel-take-away");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Take it away" }).ClickAsync();
        await Expect(takeAway).ToHaveCountAsync(0);
        await PanelFixture.SqlAsync("DELETE FROM certificate_authorities", token);
    }

    /// <summary>Tells an authority whose the panel's account is; at first with half of it.</summary>
    private static async Task BindAsync(IPage page, string authority)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = $"Set the account binding of {authority}" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Key id").FillAsync("customer-4711");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Set", Exact = true }).ClickAsync();
        await Expect(dialog.GetByText("A key is needed: key id and key belong together.")).ToBeVisibleAsync();
        await ShowAsync(page, "bind-refused");
        await dialog.GetByLabel("Key (HMAC)").FillAsync(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Set", Exact = true }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(page.GetByText("knows the panel by the key id customer-4711")).ToBeVisibleAsync();
        await ShowAsync(page, "bound");
    }

    /// <summary>A certificate of a small authority for a name, and that authority's own.</summary>
    private static (string Chain, string Key) Make(string host)
    {
        var (from, until) = (TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(90));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=House authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(from, until);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.Create(authority, from, until, [1]);
        return ($"{made.ExportCertificatePem()}\n{authority.ExportCertificatePem()}\n", key.ExportPkcs8PrivateKeyPem());
    }

    private static async Task ShowAsync(IPage page, string name)
    {
        await PanelFixture.CheckAsync(page);
        await Screenshots.TakeAsync(page, $"certificate-{name}");
    }
}
