using HostingPanel.Client;
using Microsoft.Playwright;

namespace HostingPanel.E2E.Tests;

/// <summary>The published panel in a real browser, with a real WordPress behind the real gateway, as a provider meets it on the first day.</summary>
[Collection(PanelTests.Name)]
public sealed class PanelInBrowserTests(PanelFixture panel)
{
    [Fact(Timeout = 420_000)]
    public async Task A_provider_signs_in_and_a_visitor_sees_the_site_that_is_made()
    {
        var page = await panel.SignInAsync();
        await PanelFixture.CheckAsync(page);

        var api = PanelFixture.Api();
        var token = TestContext.Current.CancellationToken;
        await api.Organisations.CreateAsync(new CreateOrganisationRequest("shelter", "Animal Shelter"), cancellationToken: token);
        var request = new CreateSiteRequest("shelter", "shelter", "wordpress", "Paws and Claws", "vet@example.org");
        var key = Guid.CreateVersion7().ToString();
        var accepted = await api.Sites.CreateAsync(request, key, token);
        Assert.Equal(accepted.Operation.Id, (await api.Sites.CreateAsync(request, key, token)).Operation.Id);

        // The page that lists the sites is open already: the new one appears in it by itself.
        await Assertions.Expect(page.GetByText("Paws and Claws").First).ToBeVisibleAsync(new() { Timeout = 10_000 });
        await page.GotoAsync($"{PanelFixture.PanelUrl}/sites/shelter");
        await PanelFixture.FinishAsync(accepted);

        await Assertions.Expect(page.GetByText("Running").First).ToBeVisibleAsync(new() { Timeout = 10_000 });
        await PanelFixture.CheckAsync(page);

        var visitor = await panel.OpenAsync();
        var answer = await visitor.GotoAsync($"http://shelter.localhost:{PanelFixture.HttpPort}/");
        Assert.Equal(200, answer!.Status);
        Assert.Contains("Paws and Claws", await visitor.TitleAsync(), StringComparison.Ordinal);

        await HandsOffAsync(page);

        string[] paths =
        [
            "sites",
            "organisations",
            "operations",
            "tokens",
            "account",
            "people",
            "mail",
            "engine",
            "volumes",
            "volumes?view=coverage",
            "volumes?view=unknown",
            "volumes?view=trash",
            "sites/shelter?tab=volumes",
            "sites/shelter?tab=domains",
            "sites/shelter?tab=traffic",
            "sites/shelter?tab=visitors",
            "sites/shelter?tab=logs&service=visitors",
            "certificates",
        ];
        foreach (var path in paths)
        {
            await PanelFixture.VisitAsync(page, path);
            Assert.EndsWith(" · HostingPanel", await page.TitleAsync(), StringComparison.Ordinal);
            await PanelFixture.CheckAsync(page);
            await Screenshots.TakeAsync(page, path.Replace('/', '-').Replace('?', '-'));
        }

        await AddAuthorityAsync(page);
        await CertificateWalk.WalkAsync(page, "shelter");
        await OtherPlanAsync(page);
        Assert.Empty(panel.Complaints);
    }

    /// <summary>Looks at who could be asked for certificates, types nonsense, and is told where.</summary>
    private static async Task AddAuthorityAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Add authority" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("ZeroSSL", new() { Exact = true }).ClickAsync();
        await Assertions.Expect(dialog.GetByLabel("Key (HMAC)")).ToBeVisibleAsync();
        await PanelFixture.CheckAsync(page);
        await Screenshots.TakeAsync(page, "certificate-authority-binding");
        await dialog.GetByText("Another one").ClickAsync();
        await dialog.GetByLabel("Address of its ACME directory").FillAsync("http://ca.example.org");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Agree and add" }).ClickAsync();
        await Assertions.Expect(dialog.GetByText("The address of its ACME directory is needed")).ToBeVisibleAsync();
        await PanelFixture.CheckAsync(page);
        await Screenshots.TakeAsync(page, "certificate-authority-dialog");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
    }

    /// <summary>Looks at what another plan would give, and leaves it.</summary>
    private static async Task OtherPlanAsync(IPage page)
    {
        await PanelFixture.VisitAsync(page, "organisations");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByText("Large").ClickAsync();
        await Assertions.Expect(dialog.GetByText("Containers that get other limits")).ToBeVisibleAsync();
        await PanelFixture.CheckAsync(page);
        await Screenshots.TakeAsync(page, "organisation-plan-dialog");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
    }

    /// <summary>Somebody works on the site, and has done.</summary>
    private static async Task HandsOffAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Hands off…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Why?").FillAsync("Looking for a leak");
        await PanelFixture.CheckAsync(page);
        await Screenshots.TakeAsync(page, "hands-off-dialog");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Hands off" }).ClickAsync();
        await Assertions.Expect(page.GetByText("“Looking for a leak”")).ToBeVisibleAsync();
        await PanelFixture.CheckAsync(page);
        await Screenshots.TakeAsync(page, "hands-off");
        await page.GetByRole(AriaRole.Button, new() { Name = "End it now" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "End hands off" }).ClickAsync();
        await Assertions.Expect(page.GetByText("“Looking for a leak”")).ToHaveCountAsync(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_stranger_is_sent_to_sign_in_and_an_unknown_host_gets_the_gateways_page()
    {
        var page = await panel.OpenAsync();
        await page.GotoAsync($"{PanelFixture.PanelUrl}/sites");
        await page.WaitForURLAsync("**/account/sign-in**");
        await PanelFixture.CheckAsync(page);
        var answer = await page.GotoAsync($"http://nobody.localhost:{PanelFixture.HttpPort}/");
        Assert.Equal(404, answer!.Status);
        await PanelFixture.CheckAsync(page);
    }
}
