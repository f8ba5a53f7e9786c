using System.Security.Cryptography;
using Bunit;
using HostingPanel.Access;
using HostingPanel.Certificates;
using HostingPanel.Web.Certificates;
using HostingPanel.Web.Tests.Components;
using Microsoft.Extensions.DependencyInjection;

namespace HostingPanel.Web.Tests.Certificates;

/// <summary>How an authority is told whose the panel's account is, over the real use cases and a real PostgreSQL.</summary>
public sealed class AccountBindingDialogTests(PanelApp app) : ComponentTest(services => AddServices(services, app)), IClassFixture<PanelApp>
{
    private const string Key = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG4";

    private static CancellationToken Cancellation => Xunit.TestContext.Current.CancellationToken;

    private AuthorityService Authorities => app.Services.GetRequiredService<AuthorityService>();

    [Fact]
    public async Task It_is_asked_for_where_an_authority_wants_it_and_can_be_exchanged_later()
    {
        using (var pair = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256))
        {
            await app.ExecuteAsync(
                "INSERT INTO sealing_keys (id, public_key, private_key) VALUES (1, $1, '') ON CONFLICT DO NOTHING",
                pair.ExportSubjectPublicKeyInfo()
            );
        }

        var adding = Render<AddAuthorityDialog>();
        Assert.Empty(adding.FindAll("#binding-key"));
        adding.Find("input[value=other]").Change("other");
        Assert.Contains("Leave both empty for all others", adding.Find("#binding-help").TextContent, StringComparison.Ordinal);
        adding.Find("input[value=zerossl]").Change("zerossl");
        Assert.Contains("EAB Credentials", adding.Find("#binding-help").TextContent, StringComparison.Ordinal);
        adding.Find("#authority-email").Change("a@example.org");
        adding.Find("#binding-key-id").Change("kid-1");
        await adding.Find("form").SubmitAsync();
        Assert.Equal("true", adding.Find("#binding-key").GetAttribute("aria-invalid"));
        Assert.Null(adding.Find("#binding-key-id").GetAttribute("aria-invalid"));
        adding.Find("#binding-key").Change($" {Key} ");
        await adding.Find("form").SubmitAsync();
        var made = await FindAsync();
        Assert.Equal(("https://acme.zerossl.com/v2/DV90", "kid-1"), (made.Directory, made.BindingKeyId!));

        var binding = Render<BindAuthorityDialog>(parameters => parameters.Add(shown => shown.Authority, made));
        Assert.Contains("kid-1", binding.Find(".consequences").TextContent, StringComparison.Ordinal);
        binding.Find("#binding-key-id").Change("kid-2");
        binding.Find("#binding-key").Change("no+key/at=all");
        await binding.Find("form").SubmitAsync();
        Assert.Contains("base64url", binding.Find("#binding-key-fault").TextContent, StringComparison.Ordinal);
        Assert.Equal("kid-1", (await FindAsync()).BindingKeyId);
        binding.Find("#binding-key").Change(Key);
        await binding.Find("form").SubmitAsync();
        Assert.Equal("kid-2", (await FindAsync()).BindingKeyId);
    }

    private async Task<CertificateAuthorityView> FindAsync() =>
        Assert.Single((await Authorities.ListAsync(Actor.Panel, Cancellation)).Value);

    private static void AddServices(IServiceCollection services, PanelApp app)
    {
        app.Postgres.SkipWhenAbsent();
        services.AddSingleton(app.Services.GetRequiredService<AuthorityService>());
        new SignedIn(app).AddTo(services);
    }
}
