using System.IO.Compression;
using System.Text;
using HostingPanel.Client;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HostingPanel.E2E.Tests;

/// <summary>Somebody's own application: from an archive on their disk, through the create-site dialog, to a page that visitors see.</summary>
[Collection(PanelTests.Name)]
public sealed class ArchiveUploadTests(PanelFixture panel)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 10_000 };

    [Fact(Timeout = 300_000)]
    public async Task A_site_is_made_from_an_archive_that_is_uploaded_in_the_dialog()
    {
        var page = await panel.SignInAsync();
        var token = TestContext.Current.CancellationToken;
        await PanelFixture.Api().Organisations.CreateAsync(new CreateOrganisationRequest("choir", "Town Choir"), cancellationToken: token);
        await page.GotoAsync($"{PanelFixture.PanelUrl}/sites?organisation=choir");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create site" }).First.ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByText("Kind of site")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "1-open");

        await dialog.GetByText("PHP application", new() { Exact = true }).ClickAsync();
        await Expect(dialog.GetByText("Archive with the code")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "2-php");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create site" }).ClickAsync();
        await Expect(dialog.GetByText("Choose the archive")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "3-refused");

        await ChooseAsync(dialog, "notes.txt", "no archive"u8.ToArray());
        await Expect(dialog.GetByText("An archive is a .tar, .tar.gz, .tgz or .zip file")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "4-no-archive");
        await ChooseAsync(dialog, "choir.zip", Pack("<?php echo '<title>Town Choir</title>We sing on PHP ', PHP_MAJOR_VERSION;"));
        await Expect(dialog.GetByText("choir.zip")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "5-here");

        // As fast as keys can be pressed: what the server draws meanwhile must not overwrite what is typed since.
        await dialog.GetByLabel("Title").PressSequentiallyAsync("Town Choir");
        await Expect(dialog.GetByLabel("Title")).ToHaveValueAsync("Town Choir");
        await Expect(dialog.GetByLabel("Slug")).ToHaveValueAsync("town-choir");
        await dialog.GetByLabel("Administrator's e-mail").FillAsync("alto@example.org");
        await ShowAsync(page, "6-filled");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create site" }).ClickAsync();
        await Expect(dialog.GetByText("Unpack its code")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, "7-steps");
        await Expect(dialog.GetByText("“Town Choir” is ready")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await ShowAsync(page, "8-ready");

        var address = await dialog.GetByRole(AriaRole.Link, new() { Name = "town-choir.localhost" }).GetAttributeAsync("href");
        var visitor = await panel.OpenAsync();
        var answer = await visitor.GotoAsync(address!);
        Assert.Equal(200, answer!.Status);
        Assert.Contains("We sing on PHP 8", await visitor.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(panel.Complaints);
    }

    private static async Task ShowAsync(IPage page, string name)
    {
        await PanelFixture.CheckAsync(page);
        await Screenshots.TakeAsync(page, $"archive-{name}");
    }

    private static Task ChooseAsync(ILocator dialog, string name, byte[] content) =>
        dialog
            .GetByLabel("Archive with the code")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = name,
                    MimeType = "application/octet-stream",
                    Buffer = content,
                }
            );

    private static byte[] Pack(string index)
    {
        var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var file = zip.CreateEntry("choir/index.php").Open();
            file.Write(Encoding.UTF8.GetBytes(index));
        }

        return packed.ToArray();
    }
}
