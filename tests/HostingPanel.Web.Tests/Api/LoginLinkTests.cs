using System.Security.Cryptography;
using System.Text;
using System.Web;
using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

/// <summary>Getting into a site's own administration: the key is told once, to who asked, and is kept nowhere.</summary>
public sealed class LoginLinkTests(PanelApp app) : VolumeApiTest(app)
{
    [Fact]
    public async Task The_link_is_told_once_and_the_panel_keeps_the_hash_of_its_key_alone()
    {
        var slug = await RunningSiteAsync();
        var made = await Api.Sites.MakeLoginLinkAsync(slug, "one-key", Cancellation);
        Assert.Equal(("make-login-link", slug), (made.Operation.Kind, made.Operation.Target));
        var link = new Uri(made.Link!);
        Assert.Equal($"{slug}.localhost", link.Host);
        var key = HttpUtility.ParseQueryString(link.Query)["hp-key"]!;
        Assert.Equal(64, key.Length);

        var arguments = await App.ScalarAsync<string>("SELECT arguments::text FROM operations WHERE id = $1", made.Operation.Id);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key))), arguments, StringComparison.Ordinal);
        Assert.DoesNotContain(key, arguments, StringComparison.Ordinal);

        var again = await Api.Sites.MakeLoginLinkAsync(slug, "one-key", Cancellation);
        Assert.Equal((made.Operation.Id, null), (again.Operation.Id, again.Link));
        var entry = (await Api.Audit.ListAsync(new AuditQuery(Act: "site.log-in", Target: slug), cancellationToken: Cancellation)).Items[0];
        Assert.Equal(AuditOutcome.Accepted, entry.Outcome);
    }

    [Fact]
    public async Task Only_a_site_that_runs_and_has_such_a_way_in_is_opened()
    {
        var stopped = await NewSiteAsync();
        await SettleAsync(stopped, "Stopped");
        var refusal = await RefusalAsync(() => Api.Sites.MakeLoginLinkAsync(stopped.Site!.Slug, cancellationToken: Cancellation));
        Assert.Equal((409, "site-is-stopped"), (refusal.Status, refusal.Code));

        var php = await RunningSiteAsync();
        await App.ExecuteAsync("UPDATE sites SET blueprint = 'php' WHERE slug = $1", php);
        refusal = await RefusalAsync(() => Api.Sites.MakeLoginLinkAsync(php, cancellationToken: Cancellation));
        Assert.Equal((409, "no-login-link"), (refusal.Status, refusal.Code));
    }
}
