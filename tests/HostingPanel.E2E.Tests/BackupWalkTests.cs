using HostingPanel.Client;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HostingPanel.E2E.Tests;

/// <summary>Backups as a provider meets them: a target, a backup that turns good, what is in it, and the site once more out of it.</summary>
[Collection(PanelTests.Name)]
public sealed class BackupWalkTests(PanelFixture panel)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 10_000 };
    private static readonly LocatorAssertionsToBeVisibleOptions Later = new() { Timeout = 120_000 };

    [Fact(Timeout = 420_000)]
    public async Task A_backup_is_taken_seen_good_and_restored_beside_its_site()
    {
        var page = await panel.SignInAsync();
        var token = TestContext.Current.CancellationToken;
        await PanelFixture.ProvisionAsync(
            new CreateSiteRequest("library", "library", "wordpress", "Town Library", "lib@example.org"),
            token
        );

        await PanelFixture.VisitAsync(page, "backups?search=library");
        await Expect(page.GetByRole(AriaRole.Table).GetByText("No backup")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "1-none-yet");
        await TargetsAsync(page);

        await PanelFixture.VisitAsync(page, "sites/library?tab=backups");
        await Expect(page.GetByText("No backups yet")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "5-site-none");
        await page.GetByRole(AriaRole.Button, new() { Name = "Back up now" }).ClickAsync();
        await Expect(page.GetByText("Dump its databases")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "6-taking");
        await Expect(page.GetByText("local: read back")).ToBeVisibleAsync(Later);
        await ShowAsync(page, "7-good");

        await page.Locator(".timeline a").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Backup of Town Library" })).ToBeVisibleAsync(Soon);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What is left out, and why" })).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "8-point");

        await page.GetByRole(AriaRole.Button, new() { Name = "Restore…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByText("This site was never restored")).ToBeVisibleAsync(Soon);
        await Expect(dialog.GetByLabel("Slug of the new site")).ToHaveValueAsync("library-restored");
        await ShowAsync(page, "9-restore");
        await dialog.GetByLabel("Slug of the new site").FillAsync("library");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Restore as a new site" }).ClickAsync();
        await Expect(dialog.GetByText("There is a site “library” already")).ToBeVisibleAsync(Soon);
        await dialog.GetByLabel("Slug of the new site").FillAsync("library-2");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Restore as a new site" }).ClickAsync();
        await Expect(dialog.GetByText("It is restored")).ToBeVisibleAsync(Later);
        await ShowAsync(page, "10-restored");

        var visitor = await panel.OpenAsync();
        var answer = await visitor.GotoAsync($"http://library-2.localhost:{PanelFixture.HttpPort}/");
        Assert.Equal(200, answer!.Status);
        Assert.Contains("Town Library", await visitor.TitleAsync(), StringComparison.Ordinal);

        await PanelFixture.VisitAsync(page, "backups?search=library&sort=-proved");
        await Expect(page.GetByRole(AriaRole.Table).GetByText("Proved", new() { Exact = true })).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "11-proved");
        await PanelFixture.VisitAsync(page, "backups?view=purged");
        await ShowAsync(page, "12-purged");
        await PanelFixture.VisitAsync(page, "backups?view=panel");
        await Expect(page.GetByText("If this machine is lost")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "13-panel");
        Assert.Empty(panel.Complaints);
    }

    /// <summary>The target that there is works; what is wrong with another one is told at its fields, and a draft of it goes with the dialog.</summary>
    private static async Task TargetsAsync(IPage page)
    {
        await PanelFixture.VisitAsync(page, "backups?view=targets");
        await page.GetByRole(AriaRole.Button, new() { Name = "Test local" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByText("It works")).ToBeVisibleAsync(Later);
        await ShowAsync(page, "2-target-works");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Add target" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Test", Exact = true }).ClickAsync();
        await Expect(dialog.GetByText("A host is needed")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "3-target-refused");
        await dialog.GetByText("REST", new() { Exact = true }).ClickAsync();
        await dialog.GetByLabel("Name", new() { Exact = true }).PressSequentiallyAsync("elsewhere");
        await dialog.GetByLabel("Host").FillAsync("backup.nowhere.invalid");
        await dialog.GetByLabel("Path").FillAsync("/all");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Test", Exact = true }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(dialog.GetByText("Cancelled; what it had made was taken back")).ToBeVisibleAsync(Later);
        await ShowAsync(page, "4-target-cancelled");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Change it" }).ClickAsync();
        await Expect(dialog.GetByLabel("Host")).ToHaveValueAsync("backup.nowhere.invalid");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.GetByText("elsewhere")).ToHaveCountAsync(0);
    }

    private static async Task ShowAsync(IPage page, string name)
    {
        await PanelFixture.CheckAsync(page);
        await Screenshots.TakeAsync(page, $"backup-{name}");
    }
}
