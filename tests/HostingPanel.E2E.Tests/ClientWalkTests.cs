using HostingPanel.Client;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HostingPanel.E2E.Tests;

/// <summary>The client area as an owner of a non-profit meets it: on a phone, from signing in to what they use of their plan.</summary>
[Collection(PanelTests.Name)]
public sealed class ClientWalkTests(PanelFixture panel)
{
    private const string Owner = "olga@example.org";
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 10_000 };
    private static readonly LocatorAssertionsToBeVisibleOptions Later = new() { Timeout = 120_000 };

    [Fact(Timeout = 420_000)]
    public async Task An_owner_signs_in_sees_their_site_logs_in_to_it_backs_it_up_asks_for_a_copy_and_looks_at_their_usage()
    {
        // The administrator is made by whoever comes first.
        await (await panel.SignInAsync()).CloseAsync();
        var token = TestContext.Current.CancellationToken;
        await PanelFixture.ProvisionAsync(
            new CreateSiteRequest("garden", "garden", "wordpress", "Community Garden", "garden@example.org"),
            token
        );
        await PanelFixture.ProvisionAsync(
            new CreateSiteRequest("singers", "singers", "wordpress", "Town Choir", "choir@example.org"),
            token
        );
        await NewOwnerAsync("garden", token);

        var page = await panel.OpenAsync();
        await page.SetViewportSizeAsync(390, 844);
        await page.GotoAsync($"{PanelFixture.PanelUrl}/");
        await page.GetByLabel("E-mail").FillAsync(Owner);
        await page.GetByLabel("Password").FillAsync(PanelFixture.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**/my/garden");
        await Expect(page.Locator("#content").GetByRole(AriaRole.Link, new() { Name = "Community Garden" })).ToBeVisibleAsync(Soon);
        await Expect(page.GetByText("There is no backup yet.")).ToBeVisibleAsync(Soon);
        await Expect(page.GetByText("Town Choir")).ToHaveCountAsync(0);
        await ShowAsync(page, "1-sites");

        await page.Locator("#content").GetByRole(AriaRole.Link, new() { Name = "Community Garden" }).ClickAsync();
        await Expect(page.GetByText("Online", new() { Exact = true })).ToBeVisibleAsync(Soon);
        await TouchableAsync(page);
        await ShowAsync(page, "2-site");
        await LogInAsync(page);
        await BackUpAndCopyAsync(page);
        await LookAroundAsync(page);
        await SwitchedOffAsync(page);
        await ForeignAsync(page);
        Assert.Empty(panel.Complaints);
    }

    /// <summary>An account with the administrator's password and none of their powers, who owns an organisation.</summary>
    private static Task NewOwnerAsync(string organisation, CancellationToken cancellationToken) =>
        PanelFixture.SqlAsync(
            $"""
            INSERT INTO accounts SELECT (jsonb_populate_record(known, jsonb_build_object('id', gen_random_uuid(), 'email', '{Owner}',
                'normalized_email', '{Owner}', 'name', 'Olga Owner', 'role', null, 'security_stamp', gen_random_uuid()))).*
                FROM accounts known WHERE known.normalized_email = '{PanelFixture.Email}';
            INSERT INTO memberships (account_id, organisation_id, role, since) SELECT account.id, organisation.id, 'Owner', now()
                FROM accounts account, organisations organisation WHERE account.email = '{Owner}' AND organisation.slug = '{organisation}';
            """,
            cancellationToken
        );

    /// <summary>Once, into the site's own administration.</summary>
    private static async Task LogInAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in to the administration" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Open the way in" }).ClickAsync();
        await Expect(dialog.GetByText("The way in is open")).ToBeVisibleAsync(Later);
        await ShowAsync(page, "3-log-in");
        var link = dialog.GetByRole(AriaRole.Link, new() { Name = "Go to the administration" });
        var inside = await page.RunAndWaitForPopupAsync(() => link.ClickAsync());
        await inside.WaitForURLAsync("**/wp-admin/**");
        await Expect(inside.GetByRole(AriaRole.Heading, new() { Name = "Dashboard" })).ToBeVisibleAsync(Soon);
        await inside.CloseAsync();
        var again = await page.RunAndWaitForPopupAsync(() => link.ClickAsync());
        await Expect(again.GetByText("This link was used already")).ToBeVisibleAsync(Soon);
        await again.CloseAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();
    }

    private static async Task BackUpAndCopyAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Backups", Exact = true }).ClickAsync();
        await Expect(page.GetByText("No backups yet")).ToBeVisibleAsync(Soon);
        await page.GetByRole(AriaRole.Button, new() { Name = "Back up now" }).ClickAsync();
        await Expect(page.GetByText("Being backed up", new() { Exact = true })).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "4-backing-up");
        await Expect(page.GetByText("Not tested yet")).ToBeVisibleAsync(Later);
        await ShowAsync(page, "5-backed-up");

        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Restore… what was backed up") }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByLabel("What the copy is called in its address"))
            .ToHaveValueAsync("garden-copy", new() { Timeout = 10_000 });
        await ShowAsync(page, "6-copy");
        await dialog.GetByText("In place", new() { Exact = true }).ClickAsync();
        await Expect(dialog.GetByText("First the site is backed up as it is now.")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "7-go-back");
        await dialog.GetByText("As a copy", new() { Exact = true }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make the copy" }).ClickAsync();
        await Expect(dialog.GetByText("A copy is being made")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "8-copying");
        await Expect(dialog.GetByText("It is restored")).ToBeVisibleAsync(Later);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();
    }

    private static async Task LookAroundAsync(IPage page)
    {
        var navigation = page.GetByRole(AriaRole.Navigation, new() { Name = "Main" });
        await navigation.GetByRole(AriaRole.Link, new() { Name = "Usage" }).ClickAsync();
        await Expect(page.GetByText("2 of 5", new() { Exact = true })).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "9-usage");
        await navigation.GetByRole(AriaRole.Link, new() { Name = "People" }).ClickAsync();
        await Expect(page.Locator("#content").GetByText("Olga Owner")).ToBeVisibleAsync(Soon);
        await TouchableAsync(page);
        await ShowAsync(page, "10-people");
        await navigation.GetByRole(AriaRole.Link, new() { Name = "Activity" }).ClickAsync();
        await Expect(page.GetByText("Olga Owner asked to back up garden.")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "11-activity");
    }

    /// <summary>A site that the panel has stopped, as its owner sees it and as the provider does.</summary>
    private async Task SwitchedOffAsync(IPage page)
    {
        var token = TestContext.Current.CancellationToken;
        await PanelFixture.FinishAsync(await PanelFixture.Api().Sites.StopAsync("garden", cancellationToken: token));
        await PanelFixture.SqlAsync(
            """
            UPDATE sites SET stopped_reason = 'It filled the disk: its organisation''s volumes take 2.3 GB, its plan allows 2 GB, and only 1.1 GB were free. '
                || 'Delete what it does not need or give the organisation a bigger plan, then start it.' WHERE slug = 'garden'
            """,
            token
        );
        await PanelFixture.VisitAsync(page, "my/garden");
        await ShowAsync(page, "12-switched-off-sites");
        await PanelFixture.VisitAsync(page, "my/garden/sites/garden");
        await Expect(page.GetByText("This site had to be switched off")).ToBeVisibleAsync(Soon);
        await TouchableAsync(page);
        await ShowAsync(page, "13-switched-off");

        var provider = await panel.SignInAsync();
        await Expect(provider.GetByText("Stopped by the panel").First).ToBeVisibleAsync(Soon);
        await ShowAsync(provider, "14-stopped-by-the-panel-sites");
        await PanelFixture.VisitAsync(provider, "sites/garden");
        await Expect(provider.GetByText("The panel stopped this site").First).ToBeVisibleAsync(Soon);
        await ShowAsync(provider, "15-stopped-by-the-panel");
        await provider.CloseAsync();
    }

    /// <summary>What is another organisation's, and what is the provider's, does not exist.</summary>
    private static async Task ForeignAsync(IPage page)
    {
        foreach (
            var path in (string[])
                ["my/singers", "my/singers/sites/singers", "my/garden/sites/singers", "sites", "sites/garden", "audit", "engine"]
        )
        {
            var answer = await page.GotoAsync($"{PanelFixture.PanelUrl}/{path}");
            Assert.Equal((path, 404), (path, answer!.Status));
        }
    }

    /// <summary>Everything on the page that can be touched is 44 px high at least; links within text are text.</summary>
    private static async Task TouchableAsync(IPage page)
    {
        var small = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('.client button, .client summary, .client select, .client .rz-button, .client nav a')]
              .filter(element => element.offsetParent !== null && element.getBoundingClientRect().height < 43.5)
              .map(element => element.outerHTML.slice(0, 120))
            """
        );
        Assert.Empty(small);
    }

    private static async Task ShowAsync(IPage page, string name)
    {
        await PanelFixture.CheckAsync(page);
        await Screenshots.TakeAsync(page, $"client-{name}");
        // The screenshots leave a desk behind.
        await page.SetViewportSizeAsync(390, 844);
    }
}
