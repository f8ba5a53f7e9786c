using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Operations;
using HostingPanel.Sites;
using HostingPanel.Web.ClientArea;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.ClientArea;

/// <summary>What clients read: plain, and a word for everything.</summary>
public sealed class ClientWordsTests : ComponentTest
{
    private static readonly string[] Jargon =
    [
        "container",
        "volume",
        "service",
        "swarm",
        "docker",
        "slug",
        "manifest",
        "snapshot",
        "worker",
    ];

    [Theory]
    [InlineData(SiteState.Running, "Online")]
    [InlineData(SiteState.Stopped, "Switched off")]
    [InlineData(SiteState.Failed, "Could not be set up")]
    [InlineData(SiteState.Trashed, "In the trash")]
    public void A_site_s_state_is_told_in_plain_words(SiteState state, string words) =>
        Assert.Equal(words, ClientWords.StateOf(Site(state)).Text);

    [Fact]
    public void That_a_site_had_to_be_switched_off_is_told_in_plain_words()
    {
        var site = Site(SiteState.Stopped) with { StoppedReason = "It filled the disk: its organisation's volumes take …" };
        Assert.Equal("Had to be switched off", ClientWords.StateOf(site).Text);
        Assert.DoesNotContain(Jargon, jargon => SelfStopWords.ForClients.Contains(jargon, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void What_is_being_done_goes_before_the_state()
    {
        var site = Site(SiteState.Running, new ActiveOperationView(Guid.Empty, "take-backup", "Back up"));
        Assert.Equal("Being backed up…", ClientWords.StateOf(site).Text);
    }

    [Fact]
    public void Every_kind_of_operation_has_words_and_none_of_the_engine_s()
    {
        var kinds = typeof(OperationView)
            .Assembly.GetType("HostingPanel.Operations.OperationKinds")!
            .GetFields()
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!)
            .ToList();
        Assert.NotEmpty(kinds);
        foreach (var words in kinds.Select(ClientWords.DoingOf))
        {
            Assert.DoesNotContain(Jargon, jargon => words.Contains(jargon, StringComparison.OrdinalIgnoreCase));
        }

        // What acts on a site has words of its own; the rest is the provider's.
        string[] without = ["test-target", "back-up-panel", "purge-volume", "remove-unowned", "export-repository-key"];
        Assert.Empty(kinds.Where(kind => ClientWords.DoingOf(kind) == "Something is being done").Except(without));
    }

    [Fact]
    public void Progress_counts_parts_and_says_how_it_ended()
    {
        var running = Operation(
            OperationState.Running,
            Step("a", StepState.Done),
            Step("b", StepState.Running),
            Step("c", StepState.Pending)
        );
        Assert.Equal("Part 2 of 3", ClientWords.ProgressOf(running));
        Assert.InRange(ClientWords.ShareOf(running), 0.34, 0.66);
        Assert.Equal("It did not work; all is as it was before.", ClientWords.ProgressOf(Operation(OperationState.Failed)));
        Assert.Equal(1, ClientWords.ShareOf(Operation(OperationState.Succeeded)));
    }

    [Theory]
    [InlineData("site.stop", AuditOutcome.Accepted, "Ada asked to switch food-bank off.")]
    [InlineData("site.update", AuditOutcome.Done, "Ada changed the settings of food-bank.")]
    [InlineData("backup.take", AuditOutcome.Failed, "Ada could not back up food-bank.")]
    [InlineData("site.purge", AuditOutcome.Refused, "Ada was not allowed to delete food-bank for good.")]
    [InlineData(
        "backup.restore-in-place",
        AuditOutcome.Cancelled,
        "Somebody stopped it before it was done: to bring food-bank back to a backup."
    )]
    [InlineData("new.thing", AuditOutcome.Done, "Ada did “new.thing” with food-bank.")]
    public void An_entry_of_the_audit_is_a_sentence(string act, AuditOutcome outcome, string sentence) =>
        Assert.Equal(sentence, ActivityWords.Of(Entry(act, outcome, ActorKind.Person, "Owner")));

    [Fact]
    public void Every_act_that_can_be_done_in_an_organisation_has_its_words()
    {
        string[] theirs = ["site", "backup", "member", "invitation", "token", "organisation", "download", "policy", "repository"];
        var acts = typeof(AuditActs)
            .GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!)
            .Where(act => theirs.Contains(act.Split('.')[0]))
            .ToList();
        Assert.NotEmpty(acts);
        Assert.All(acts, act => Assert.True(ActivityWords.Knows(act), act));
    }

    [Fact]
    public void The_provider_s_people_the_panel_and_keys_are_told_apart()
    {
        Assert.StartsWith(
            "Ada (your provider) ",
            ActivityWords.Of(Entry("site.start", AuditOutcome.Done, ActorKind.Person, "Operator")),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "The panel ",
            ActivityWords.Of(Entry("site.heal", AuditOutcome.Done, ActorKind.Panel, null)),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "The key “Ada” ",
            ActivityWords.Of(Entry("site.start", AuditOutcome.Done, ActorKind.Token, "Owner") with { ActorName = "token “Ada”" }),
            StringComparison.Ordinal
        );
    }

    private static AuditEntryView Entry(string act, AuditOutcome outcome, ActorKind kind, string? role) =>
        new(
            1,
            Now,
            kind,
            Guid.Empty,
            "Ada",
            role,
            null,
            act,
            outcome,
            null,
            "site",
            Guid.Empty,
            "food-bank",
            "springfield",
            null,
            null,
            1,
            string.Empty
        );
}
