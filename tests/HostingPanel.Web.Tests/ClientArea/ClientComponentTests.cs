using Bunit;
using HostingPanel.Backups;
using HostingPanel.Backups.InPlace;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Web.ClientArea;
using HostingPanel.Web.Components;
using HostingPanel.Web.Operations;
using HostingPanel.Web.Tests.Backups;

namespace HostingPanel.Web.Tests.ClientArea;

/// <summary>What a client's pages are made of.</summary>
public sealed class ClientComponentTests : BackupComponentTest
{
    private static readonly ClientView Client = new("springfield");

    [Fact]
    public void A_site_s_card_says_how_it_is_when_it_was_saved_and_when_that_was_tested()
    {
        var card = Render<ClientSiteCard>(parameters =>
            parameters.AddCascadingValue(Client).Add(card => card.Site, Site()).Add(card => card.Standing, Standing(Now.AddDays(-11)))
        );
        Assert.Equal("my/springfield/sites/food-bank", card.Find("h2 a").GetAttribute("href"));
        Assert.Equal("Online", card.Find(".chip").TextContent);
        Assert.Contains("Backed up 2 hours ago, tested on 3 Mar 2026.", Text(card), StringComparison.Ordinal);
    }

    [Fact]
    public void A_backup_that_was_never_tried_out_is_told_as_such_and_none_at_all_as_a_warning()
    {
        Assert.Contains(
            "not tested yet",
            Text(Render<BackupSentence>(p => p.Add(s => s.Standing, Standing(null)))),
            StringComparison.Ordinal
        );
        var none = Render<BackupSentence>(p =>
            p.Add(s => s.Standing, Standing(null) with { LastGood = null, Standing = BackupStanding.Never })
        );
        Assert.Contains("There is no backup yet.", none.Find(".warn-text").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_is_plain_in_the_client_area_and_the_provider_s_elsewhere()
    {
        var operation = Operation(OperationState.Running, Step("network", StepState.Done), Step("start", StepState.Running)) with
        {
            Kind = "take-backup",
        };
        var plain = Render<OperationProgress>(parameters => parameters.AddCascadingValue(Client).Add(shown => shown.Operation, operation));
        Assert.Contains("Being backed up", plain.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("Do network", plain.Markup, StringComparison.Ordinal);
        Assert.NotNull(plain.Find("progress").GetAttribute("aria-label"));
        var full = Render<OperationProgress>(parameters => parameters.Add(shown => shown.Operation, operation));
        Assert.Contains("Do network", full.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_leads_clients_to_no_page_of_the_provider()
    {
        var problem = new Problem(ProblemKind.Conflict, "site-busy", "It is busy.") { OperationId = Guid.CreateVersion7(Now) };
        Assert.Empty(
            Render<ProblemNote>(parameters => parameters.AddCascadingValue(Client).Add(note => note.Problem, problem)).FindAll("a")
        );
        Assert.Single(Render<ProblemNote>(parameters => parameters.Add(note => note.Problem, problem)).FindAll("a"));
    }

    [Fact]
    public void Going_back_says_what_is_lost_and_waits_for_the_site_s_name()
    {
        var asked = 0;
        var form = Render<GoBackForm>(parameters =>
            parameters
                .AddCascadingValue(Client)
                .Add(form => form.Plan, Plan)
                .Add(form => form.Slug, "food-bank")
                .Add(form => form.OnSubmit, () => asked++)
        );
        foreach (
            var text in (string[])
                [
                    "is not there any more afterwards",
                    "First the site is backed up as it is now.",
                    "last time for 3.0 s",
                    "You can undo it until",
                ]
        )
        {
            Assert.Contains(text, Text(form), StringComparison.Ordinal);
        }

        form.Find("form").Submit();
        Assert.Equal(0, asked);
        form.Find("#restore-word").Input("food-bank");
        form.Find("form").Submit();
        Assert.Equal(1, asked);
    }

    [Fact]
    public void A_copy_is_called_after_the_site_and_a_name_that_is_taken_is_told_at_the_field()
    {
        RestoreAsNewSite? wanted = null;
        var faults = FormFaults.Of(
            new Problem(ProblemKind.Conflict, "slug-taken", "It is taken."),
            ["slug"],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["slug-taken"] = "slug" }
        );
        var form = Render<CopyForm>(parameters =>
            parameters
                .Add(form => form.Point, Point())
                .Add(form => form.Proof, null)
                .Add(form => form.Slug, "food-bank")
                .Add(form => form.AddressOf, slug => $"http://{slug}.localhost")
                .Add(form => form.Faults, faults)
                .Add(form => form.OnSubmit, command => wanted = command)
        );
        Assert.Contains("It is taken.", form.Find("#restore-slug-fault").TextContent, StringComparison.Ordinal);
        Assert.Contains("http://food-bank-copy.localhost", Text(form), StringComparison.Ordinal);
        form.Find("form").Submit();
        Assert.Equal(new RestoreAsNewSite("food-bank-copy"), wanted);
    }

    [Theory]
    [InlineData(79, 100, "When this is full: Nothing goes any more.", false)]
    [InlineData(80, 100, "When this is full: Nothing goes any more.", true)]
    [InlineData(100, 100, "The limit is reached. Nothing goes any more.", true)]
    [InlineData(0, 0, "The limit is reached. Nothing goes any more.", true)]
    public void Usage_says_what_happens_at_the_limit_and_warns_before(long used, long allowed, string sentence, bool warns)
    {
        var card = Render<UsageCard>(parameters =>
            parameters
                .Add(card => card.Title, "Sites")
                .Add(card => card.Used, used)
                .Add(card => card.Allowed, allowed)
                .Add(card => card.Text, "so many")
                .Add(card => card.AtLimit, "Nothing goes any more.")
        );
        Assert.Contains(sentence, Text(card), StringComparison.Ordinal);
        Assert.Equal(warns, card.FindAll(".client-site-head .warn-text").Count == 1);
    }

    [Fact]
    public void A_site_offers_what_its_state_allows_and_the_trash_is_the_provider_s()
    {
        Assert.Equal([SiteAction.Restart, SiteAction.Stop], ClientChoice.For(Site()).Select(choice => choice.Action));
        Assert.Equal([SiteAction.Start], ClientChoice.For(Site(SiteState.Stopped)).Select(choice => choice.Action));
        Assert.Empty(ClientChoice.For(Site(SiteState.Trashed)));
    }

    private static RestorePlan Plan { get; } =
        new(
            Guid.CreateVersion7(Now),
            Now.AddHours(-2),
            TakesSafetyPoint: true,
            [],
            [],
            [],
            [],
            [],
            new RestoreTime(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(3), OfThisPoint: true, Now.AddDays(-1)),
            Now.AddDays(30),
            Refusal: null
        );

    private static SiteStanding Standing(DateTimeOffset? provedAt) =>
        new(
            "food-bank",
            "Food Bank",
            "springfield",
            "Food Bank Springfield",
            SiteState.Running,
            provedAt is null ? BackupStanding.Unproved : BackupStanding.Proved,
            new NewestPoint(Guid.Empty, Now.AddHours(-2), 7 << 20, 1204),
            provedAt,
            provedAt is null ? null : TimeSpan.FromSeconds(24),
            LastFault: null,
            LastFaultAt: null,
            IsTaking: false
        );

    private static string Text<T>(IRenderedComponent<T> component)
        where T : Microsoft.AspNetCore.Components.IComponent =>
        string.Join(
            ' ',
            string.Concat(component.Nodes.Select(node => node.TextContent)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );
}
