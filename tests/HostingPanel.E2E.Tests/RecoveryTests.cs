using HostingPanel.Client;

namespace HostingPanel.E2E.Tests;

/// <summary>
/// Fault F14, in two halves: <c>./panel test --nightly</c> removes the whole installation between them, but for the volume in which its
/// repositories lie, and runs <c>./panel recover</c> with the kit that it wrote before. Nothing else runs them.
/// </summary>
public sealed class RecoveryTests
{
    private const string Slug = "phoenix";
    private const string Title = "Out of the Ashes";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Explicit = true, Timeout = 600_000)]
    public async Task Before_a_site_is_made_and_taken_and_the_panel_itself_too()
    {
        var api = PanelFixture.Api();
        await api.Organisations.CreateAsync(new CreateOrganisationRequest("ashes", "Ashes"), cancellationToken: Token);
        var site = new CreateSiteRequest(Slug, "ashes", "wordpress", Title, "a@example.org");
        await PanelFixture.FinishAsync(await api.Sites.CreateAsync(site, cancellationToken: Token));
        await PanelFixture.FinishAsync(await api.Backups.TakeAsync(Slug, cancellationToken: Token));
        // Last: what it takes of the panel knows of the site's restore point.
        await PanelFixture.FinishAsync(await api.PanelBackups.TakeAsync(new PanelBackupRequest(), cancellationToken: Token));
        Assert.Contains(Title, await FrontPageAsync(), StringComparison.Ordinal);
    }

    [Fact(Explicit = true, Timeout = 600_000)]
    public async Task After_the_site_answers_with_what_it_had_and_is_taken_again()
    {
        // The token of before: the panel knows what it knew.
        var api = PanelFixture.Api();
        var site = await api.Sites.GetAsync(Slug, Token);
        Assert.Equal((SiteState.Running, Title), (site.State, site.Title));
        Assert.Contains(Title, await FrontPageAsync(), StringComparison.Ordinal);
        var before = Assert.Single((await api.Backups.ListAsync(Slug, cancellationToken: Token)).Items);
        Assert.Equal(RestorePointState.Good, before.State);

        // The keys of what it has at its target are there, and what is there is whole.
        await PanelFixture.FinishAsync(
            await api.Backups.CheckAsync(Slug, new CheckRequest(null, CheckReading.All), cancellationToken: Token)
        );
        await PanelFixture.FinishAsync(await api.Backups.TakeAsync(Slug, cancellationToken: Token));
        Assert.All(
            (await api.Backups.ListAsync(Slug, cancellationToken: Token)).Items,
            point => Assert.Equal(RestorePointState.Good, point.State)
        );
    }

    private static async Task<string> FrontPageAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{PanelFixture.HttpPort}/");
        request.Headers.Host = $"{Slug}.localhost:{PanelFixture.HttpPort}";
        using var response = await http.SendAsync(request, Token);
        Assert.True(response.IsSuccessStatusCode, $"The site answers {(int)response.StatusCode}.");
        return await response.Content.ReadAsStringAsync(Token);
    }
}
