using HostingPanel.Client;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HostingPanel.E2E.Tests;

/// <summary>Backups as a provider meets them: a target, a backup that turns good, a drill, what is in it, and the site restored out of it.</summary>
[Collection(PanelTests.Name)]
public sealed class BackupWalkTests(PanelFixture panel)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 10_000 };
    private static readonly LocatorAssertionsToBeVisibleOptions Later = new() { Timeout = 120_000 };

    [Fact(Timeout = 420_000)]
    public async Task A_backup_is_taken_proved_looked_into_and_restored_in_place()
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

        await DrillAsync(page);
        await LookInsideAsync(page);
        await RestoreAsync(page);
        var visitor = await panel.OpenAsync();
        var answer = await visitor.GotoAsync($"http://library.localhost:{PanelFixture.HttpPort}/");
        Assert.Equal(200, answer!.Status);
        Assert.Contains("Town Library", await visitor.TitleAsync(), StringComparison.Ordinal);

        await PanelFixture.VisitAsync(page, "backups?search=library&sort=-proved");
        await Expect(page.GetByRole(AriaRole.Table).GetByText("Proved", new() { Exact = true })).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "proved");
        await ScheduleAsync(page);
        await PanelFixture.VisitAsync(page, "backups?view=purged");
        await ShowAsync(page, "purged");
        await PanelFixture.VisitAsync(page, "backups?view=panel");
        await Expect(page.GetByText("If this machine is lost")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "panel");
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
        await Expect(dialog.GetByText("Find or make the panel's own repository there")).ToBeVisibleAsync(Soon);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(dialog.GetByText("Cancelled; what it had made was taken back")).ToBeVisibleAsync(Later);
        await ShowAsync(page, "4-target-cancelled");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Change it" }).ClickAsync();
        await Expect(dialog.GetByLabel("Host")).ToHaveValueAsync("backup.nowhere.invalid");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.GetByText("elsewhere")).ToHaveCountAsync(0);
    }

    /// <summary>From the restore point's page: it is booted, checked and removed again, and counts from then on.</summary>
    private static async Task DrillAsync(IPage page)
    {
        var point = page.Url;
        await page.GetByRole(AriaRole.Button, new() { Name = "Drill" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToBeVisibleAsync();
        await ShowAsync(page, "drill-question");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Drill" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Drill of library" })).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "drill-under-way");
        await Expect(page.GetByText("This backup is proved")).ToBeVisibleAsync(Later);
        if (Environment.GetEnvironmentVariable("HP_E2E_DRILL_PICTURES") == "yes")
        {
            // It has come and is one, not only a place for it.
            var picture = page.GetByRole(AriaRole.Img, new() { Name = "Picture of the front page of library" });
            await picture.ScrollIntoViewIfNeededAsync();
            await Expect(picture).ToHaveJSPropertyAsync("naturalWidth", 1280, new() { Timeout = Soon.Timeout });
        }

        await ShowAsync(page, "drill-evidence");
        await page.GotoAsync(point);
        await Expect(page.GetByText("Proved", new() { Exact = true }).First).ToBeVisibleAsync(Soon);
    }

    /// <summary>Its files are listed, and one of them is fetched.</summary>
    private static async Task LookInsideAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Look inside" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Checkbox).First).ToBeVisibleAsync(Later);
        await ShowAsync(page, "contents");
        await page.GetByRole(AriaRole.Checkbox).First.CheckAsync();
        await Expect(page.GetByText("1 name chosen")).ToBeVisibleAsync(Soon);
        await page.GetByRole(AriaRole.Button, new() { Name = "Download" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByText("It is ready")).ToBeVisibleAsync(Later);
        await ShowAsync(page, "download");
        var download = await page.RunAndWaitForDownloadAsync(() =>
            dialog.GetByRole(AriaRole.Link, new() { Name = "Save the file" }).ClickAsync()
        );
        Assert.Null(await download.FailureAsync());
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();
    }

    /// <summary>What both ways do is said before; the site itself is given what the backup holds, and offered the way back.</summary>
    private static async Task RestoreAsync(IPage page)
    {
        await PanelFixture.VisitAsync(page, "sites/library?tab=backups");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Restore what was taken") }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByLabel("Slug of the new site")).ToHaveValueAsync("library-restored", new() { Timeout = 10_000 });
        await ShowAsync(page, "restore-as-new");
        await dialog.GetByLabel("Slug of the new site").FillAsync("library");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Restore as a new site" }).ClickAsync();
        await Expect(dialog.GetByText("There is a site “library” already")).ToBeVisibleAsync(Soon);

        await dialog.GetByText("In place", new() { Exact = true }).ClickAsync();
        await Expect(dialog.GetByText("What is replaced")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "restore-in-place");
        await dialog.GetByLabel("Type library to confirm").PressSequentiallyAsync("library");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Replace what the site has" }).ClickAsync();
        await Expect(dialog.GetByText("It is restored in place")).ToBeVisibleAsync(Later);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();
        await Expect(page.GetByText("This site was restored in place")).ToBeVisibleAsync(Soon);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "restored-in-place");
    }

    /// <summary>When backups are taken, in words, and what would go by other rules.</summary>
    private static async Task ScheduleAsync(IPage page)
    {
        await PanelFixture.VisitAsync(page, "sites/library?tab=backups");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByText("Nothing would go")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "schedule");
        await dialog.GetByLabel("Days").FillAsync("7");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("Its own")).ToBeVisibleAsync(Soon);
        await PanelFixture.VisitAsync(page, "backups?view=schedule");
        await Expect(page.GetByText("Once a day between").First).ToBeVisibleAsync(Soon);
        await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new("^Sites of the plan") }).First).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "schedule-default");
        await PanelFixture.VisitAsync(page, "backups?view=downloads");
        await Expect(page.GetByRole(AriaRole.Table).GetByText("chosen files")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "downloads");
        await ExportKeyAsync(page);
        await DeleteAsync(page);
    }

    /// <summary>What a key is is said first; then it can be taken, once.</summary>
    private static async Task ExportKeyAsync(IPage page)
    {
        await PanelFixture.VisitAsync(page, "sites/library?tab=backups");
        await page.GetByRole(AriaRole.Button, new() { Name = "Export key… of the repository at local" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByText("Whoever has it reads all of that")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "export-key");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Export the key", Exact = true }).ClickAsync();
        await Expect(dialog.GetByText("It is ready, once")).ToBeVisibleAsync(Later);
        var download = await page.RunAndWaitForDownloadAsync(() =>
            dialog.GetByRole(AriaRole.Link, new() { Name = "Save the key" }).ClickAsync()
        );
        Assert.Contains(
            "RESTIC_PASSWORD=",
            await File.ReadAllTextAsync(await download.PathAsync(), TestContext.Current.CancellationToken),
            StringComparison.Ordinal
        );
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).Last.ClickAsync();
    }

    /// <summary>The older of its two restore points goes for good, after the site's name was typed.</summary>
    private static async Task DeleteAsync(IPage page)
    {
        await page.Locator(".timeline a").Last.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete…" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByText("It goes at every target")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "delete");
        await dialog.GetByLabel("Type library to confirm").PressSequentiallyAsync("library");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete for good" }).ClickAsync();
        await Expect(page.GetByText("There is no such restore point")).ToBeVisibleAsync(Later);
    }

    private static async Task ShowAsync(IPage page, string name)
    {
        await PanelFixture.CheckAsync(page);
        await Screenshots.TakeAsync(page, $"backup-{name}");
    }
}
