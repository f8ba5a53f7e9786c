using HostingPanel.Client;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HostingPanel.E2E.Tests;

/// <summary>A disposability drill as a person meets it: the card says what it is, the question what it costs, the card what came of it.</summary>
[Collection(PanelTests.Name)]
public sealed class DisposabilityDrillTests(PanelFixture panel)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 10_000 };

    [Fact(Timeout = 300_000)]
    public async Task A_site_is_drilled_from_its_page_and_its_card_says_that_nothing_was_lost()
    {
        var page = await panel.SignInAsync();
        var (api, token) = (PanelFixture.Api(), TestContext.Current.CancellationToken);
        await api.Organisations.CreateAsync(new CreateOrganisationRequest("rowers", "Rowing Club"), cancellationToken: token);
        var accepted = await api.Sites.CreateAsync(
            new CreateSiteRequest("rowers", "rowers", "wordpress", "Rowing Club", "cox@example.org"),
            Guid.CreateVersion7().ToString(),
            token
        );
        await PanelFixture.FinishAsync(accepted);

        await page.GotoAsync($"{PanelFixture.PanelUrl}/sites/rowers");
        var card = page.GetByRole(AriaRole.Region, new() { Name = "Disposability" });
        await Expect(card.GetByText("This site was never drilled.")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, card, "1-never");
        await card.GetByRole(AriaRole.Button, new() { Name = "Drill" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByText("Visitors wait for some seconds")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, dialog, "2-question");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Remove the containers" }).ClickAsync();

        // The steps are shown live above, and while it goes on no second one is offered.
        await Expect(page.GetByText("Wait until it answers again")).ToBeVisibleAsync(Soon);
        await Expect(card.GetByRole(AriaRole.Button, new() { Name = "Drill" })).ToHaveCountAsync(0);
        await ShowAsync(page, card, "3-under-way");

        await Expect(card.GetByText("nothing lost.")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        await Expect(card.GetByText("2 containers removed.")).ToBeVisibleAsync(Soon);
        await card.GetByText("Not compared").ClickAsync();
        await Expect(card.GetByText("a database server's own files")).ToBeVisibleAsync(Soon);
        await ShowAsync(page, card, "4-nothing-lost");
        Assert.Equal(DrillVerdict.NothingLost, (await api.Sites.ListDrillsAsync("rowers", cancellationToken: token)).Items[0].Verdict);
        Assert.Empty(panel.Complaints);
    }

    private static async Task ShowAsync(IPage page, ILocator part, string name)
    {
        await PanelFixture.CheckAsync(page);
        await part.ScrollIntoViewIfNeededAsync();
        await Screenshots.TakeAsync(page, $"drill-{name}");
    }
}
