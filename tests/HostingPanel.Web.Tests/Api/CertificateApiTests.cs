using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class CertificateApiTests(PanelApp app) : VolumeApiTest(app)
{
    private const string Canary = "canary-4d1e-token";

    /// <summary>One of one's own, so that names below localhost are for it to certify.</summary>
    internal static NewCertificateAuthorityRequest Authority(string name) =>
        new(name, "https://acme.example.org/directory", "a@example.org", FakeAuthority.Only.Root);

    internal static NewDnsAccountRequest Account(string zone) =>
        new("cloudflare", [zone], new Dictionary<string, string>(StringComparer.Ordinal) { ["CLOUDFLARE_DNS_API_TOKEN"] = Canary });

    [Fact]
    public async Task A_certificate_of_ones_own_is_taken_shown_without_its_key_and_taken_away_again()
    {
        await AddSealingKeyAsync();
        var slug = await RunningSiteAsync();
        var host = $"{slug}.localhost";
        var now = TimeProvider.System.GetUtcNow();
        var (certificate, key) = FakeAuthority.Only.Make(now.AddHours(-1), now.AddDays(30), host);
        var chain = $"{certificate}\n{FakeAuthority.Only.Intermediate}";

        var refused = await RefusalAsync(() => Api.Certificates.ForgetAsync(slug, host, Cancellation));
        Assert.Equal((409, "certificate-not-uploaded"), (refused.Status, refused.Code));
        var uploaded = await Api.Certificates.UploadAsync(slug, host, new UploadCertificateRequest(chain, key), Cancellation);
        Assert.Equal(("install-certificate", host), (uploaded.Operation.Kind, uploaded.Operation.Target));

        var shown = Assert.Single((await Api.Certificates.ListOfSiteAsync(slug, Cancellation)).Items);
        Assert.Equal(
            (host, slug, CertificateState.Good, CertificateSource.Uploaded, "Fake intermediate"),
            (shown.Host, shown.Site!, shown.State, shown.Source!.Value, shown.Issuer)
        );
        using var http = App.Http(await App.NewSecretAsync("certificates"));
        foreach (
            var path in (string[])["certificates", $"sites/{slug}/certificates", $"operations/{uploaded.Operation.Id}", "audit?limit=200"]
        )
        {
            var text = await http.GetStringAsync(new Uri($"/api/v1/{path}", UriKind.Relative), Cancellation);
            Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
        }

        Assert.Contains((await Api.Certificates.ListAsync(Cancellation)).Items, one => one.Host == host);
        Assert.Contains((await Api.Certificates.ListAsync(Cancellation)).Items, one => one is { Host: "panel.localhost", Site: null });
        await Api.Certificates.ForgetAsync(slug, host, Cancellation);
        Assert.Null(Assert.Single((await Api.Certificates.ListOfSiteAsync(slug, Cancellation)).Items).Source);
    }

    [Fact]
    public async Task What_does_not_match_has_expired_or_has_no_chain_is_refused_at_its_field()
    {
        await AddSealingKeyAsync();
        var slug = await RunningSiteAsync();
        var host = $"{slug}.localhost";
        var now = TimeProvider.System.GetUtcNow();
        var (good, key) = FakeAuthority.Only.Make(now.AddHours(-1), now.AddDays(30), host);
        var other = FakeAuthority.Only.Make(now.AddHours(-1), now.AddDays(30), "other.localhost");
        var old = FakeAuthority.Only.Make(now.AddDays(-30), now.AddDays(-1), host);
        var chain = FakeAuthority.Only.Intermediate;
        foreach (
            var (certificate, with, path) in (IEnumerable<(string?, string?, string)>)
                [
                    (good, key, "certificate"),
                    ($"{other.Certificate}\n{chain}", other.Key, "certificate"),
                    ($"{old.Certificate}\n{chain}", old.Key, "certificate"),
                    ($"{good}\n{chain}", other.Key, "key"),
                    (null, null, "key"),
                ]
        )
        {
            var refusal = await RefusalAsync(() =>
                Api.Certificates.UploadAsync(slug, host, new UploadCertificateRequest(certificate, with), Cancellation)
            );
            Assert.Equal((400, path), (refusal.Status, Assert.Single(refusal.Errors).Path));
        }

        var unknown = await RefusalAsync(() =>
            Api.Certificates.UploadAsync(
                slug,
                "other.localhost",
                new UploadCertificateRequest($"{other.Certificate}\n{chain}", other.Key),
                Cancellation
            )
        );
        Assert.Equal((404, "domain-not-found"), (unknown.Status, unknown.Code));
        Assert.Null(Assert.Single((await Api.Certificates.ListOfSiteAsync(slug, Cancellation)).Items).Source);
    }

    [Fact]
    public async Task The_panels_own_name_takes_a_certificate_by_the_same_checks_and_gives_it_back()
    {
        await AddSealingKeyAsync();
        const string Panel = "panel.localhost";
        var now = TimeProvider.System.GetUtcNow();
        var chain = FakeAuthority.Only.Intermediate;
        var (good, key) = FakeAuthority.Only.Make(now.AddHours(-1), now.AddDays(30), Panel);
        var other = FakeAuthority.Only.Make(now.AddHours(-1), now.AddDays(30), "other.localhost");
        var old = FakeAuthority.Only.Make(now.AddDays(-30), now.AddDays(-1), Panel);
        foreach (
            var (certificate, with, path) in (IEnumerable<(string?, string?, string)>)
                [
                    (good, key, "certificate"),
                    ($"{other.Certificate}\n{chain}", other.Key, "certificate"),
                    ($"{old.Certificate}\n{chain}", old.Key, "certificate"),
                    ($"{good}\n{chain}", other.Key, "key"),
                    (null, null, "key"),
                ]
        )
        {
            var refusal = await RefusalAsync(() =>
                Api.Certificates.UploadForPanelAsync(new UploadCertificateRequest(certificate, with), Cancellation)
            );
            Assert.Equal((400, path), (refusal.Status, Assert.Single(refusal.Errors).Path));
        }

        var nothing = await RefusalAsync(() => Api.Certificates.ForgetForPanelAsync(Cancellation));
        Assert.Equal((409, "certificate-not-uploaded"), (nothing.Status, nothing.Code));
        var uploaded = await Api.Certificates.UploadForPanelAsync(new UploadCertificateRequest($"{good}\n{chain}", key), Cancellation);
        Assert.Equal(("install-certificate", Panel), (uploaded.Operation.Kind, uploaded.Operation.Target));
        Assert.Equal((CertificateState.Good, CertificateSource.Uploaded), await StandsAsync());
        await Api.Certificates.ForgetForPanelAsync(Cancellation);
        Assert.Null((await StandsAsync()).Source);

        async Task<(CertificateState State, CertificateSource? Source)> StandsAsync()
        {
            var panel = (await Api.Certificates.ListAsync(Cancellation)).Items.Single(one => one.Site is null);
            return (panel.State, panel.Source);
        }
    }

    [Fact]
    public async Task Authorities_are_added_exchanged_and_removed_but_for_the_default_one()
    {
        var one = await Api.Certificates.AddAuthorityAsync(Authority(NewName("one")), null, Cancellation);
        Assert.Equal(
            "authority-exists",
            (await RefusalAsync(() => Api.Certificates.AddAuthorityAsync(Authority(one.Name), null, Cancellation))).Code
        );
        var two = await Api.Certificates.AddAuthorityAsync(Authority(NewName("two")) with { Default = true }, null, Cancellation);
        Assert.True(two is { Default: true, Private: true });
        Assert.Single((await Api.Certificates.ListAuthoritiesAsync(Cancellation)).Items, authority => authority.Default);
        Assert.Equal(
            (409, "default-authority"),
            (await RefusalAsync(() => Api.Certificates.RemoveAuthorityAsync(two.Id, Cancellation))) is var kept
                ? (kept.Status, kept.Code)
                : default
        );
        Assert.True((await Api.Certificates.MakeDefaultAsync(one.Id, null, Cancellation)).Default);
        await Api.Certificates.RemoveAuthorityAsync(two.Id, Cancellation);
        Assert.DoesNotContain((await Api.Certificates.ListAuthoritiesAsync(Cancellation)).Items, authority => authority.Id == two.Id);
        Assert.Equal(404, (await RefusalAsync(() => Api.Certificates.MakeDefaultAsync(two.Id, null, Cancellation))).Status);
        var refusal = await RefusalAsync(() =>
            Api.Certificates.AddAuthorityAsync(new NewCertificateAuthorityRequest("", "http://x", "nobody"), null, Cancellation)
        );
        Assert.Equal(["directory", "email", "name"], refusal.Errors.Select(error => error.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_binding_is_set_and_exchanged_and_its_key_is_never_shown()
    {
        const string Key = "canary-7c0b-hmac-zWNDZM6eQGHWpSRTPal";
        await AddSealingKeyAsync();
        var name = NewName("bound");
        var bad = await RefusalAsync(() =>
            Api.Certificates.AddAuthorityAsync(Authority(name) with { Binding = new("kid-1", null) }, null, Cancellation)
        );
        Assert.Equal((400, "binding.key"), (bad.Status, Assert.Single(bad.Errors).Path));
        var made = await Api.Certificates.AddAuthorityAsync(Authority(name) with { Binding = new("kid-1", Key) }, null, Cancellation);
        Assert.Equal("kid-1", made.BindingKeyId);
        bad = await RefusalAsync(() => Api.Certificates.BindAuthorityAsync(made.Id, new("", "not+base64/url="), Cancellation));
        Assert.Equal(
            (400, "key keyId"),
            (bad.Status, string.Join(' ', bad.Errors.Select(error => error.Path).Order(StringComparer.Ordinal)))
        );
        Assert.Equal("kid-2", (await Api.Certificates.BindAuthorityAsync(made.Id, new("kid-2", Key), Cancellation)).BindingKeyId);
        Assert.Equal(404, (await RefusalAsync(() => Api.Certificates.BindAuthorityAsync(Guid.Empty, new("a", Key), Cancellation))).Status);

        using var http = App.Http(await App.NewSecretAsync("bindings"));
        var audit = await http.GetStringAsync(new Uri("/api/v1/audit?limit=200", UriKind.Relative), Cancellation);
        Assert.Contains("authority.bind", audit, StringComparison.Ordinal);
        var list = await http.GetStringAsync(new Uri("/api/v1/certificate-authorities", UriKind.Relative), Cancellation);
        Assert.Contains("kid-2", list, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, audit + list, StringComparison.Ordinal);
        Assert.False(
            await App.ScalarAsync<bool>(
                "SELECT position(convert_to($1, 'UTF8') IN binding_key) > 0 FROM certificate_authorities WHERE id = $2",
                Key,
                made.Id
            )
        );
    }

    [Fact]
    public async Task What_a_dns_provider_wants_is_never_shown_and_a_zone_has_one_account()
    {
        await AddSealingKeyAsync();
        var zone = $"{NewName("zone")}.example.org";
        var made = await Api.Certificates.AddDnsAccountAsync(Account(zone), null, Cancellation);
        Assert.Equal(("cloudflare", zone), (made.Provider, Assert.Single(made.Zones)));
        var taken = await RefusalAsync(() => Api.Certificates.AddDnsAccountAsync(Account(zone), null, Cancellation));
        Assert.Equal((409, "zone-taken"), (taken.Status, taken.Code));
        using var http = App.Http(await App.NewSecretAsync("dns"));
        foreach (var path in (string[])["dns-accounts", "audit?limit=200"])
        {
            Assert.DoesNotContain(
                Canary,
                await http.GetStringAsync(new Uri($"/api/v1/{path}", UriKind.Relative), Cancellation),
                StringComparison.Ordinal
            );
        }

        await Api.Certificates.RemoveDnsAccountAsync(made.Id, Cancellation);
        Assert.DoesNotContain((await Api.Certificates.ListDnsAccountsAsync(Cancellation)).Items, account => account.Id == made.Id);
    }
}
