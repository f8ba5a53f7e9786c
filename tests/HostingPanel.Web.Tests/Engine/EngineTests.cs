using Bunit;
using HostingPanel.Platform;
using HostingPanel.Sites.Reconciliation;
using HostingPanel.Web.Engine;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.Engine;

public sealed class EngineTests : ComponentTest
{
    public static TheoryData<EngineKind> Removable() => [.. Enum.GetValues<EngineKind>().Where(kind => kind != EngineKind.Volume)];

    [Fact]
    public void When_everything_has_an_owner_it_says_so() =>
        Assert.Contains("Everything has an owner", Table([]).Find(".empty").TextContent, StringComparison.Ordinal);

    [Fact]
    public void Each_thing_says_why_it_is_nobodys_and_offers_what_can_be_done()
    {
        UnownedView? asked = null;
        var table = Table([Thing(EngineKind.Network), Thing(EngineKind.Volume)], thing => asked = thing);
        var rows = table.FindAll("tbody tr");
        Assert.Contains("The site that its label names", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Equal("Remove the network hp-left", rows[0].QuerySelector("button")!.GetAttribute("aria-label"));
        // A volume is never removed because nobody seems to own it.
        Assert.Null(rows[1].QuerySelector("button"));
        Assert.Equal("volumes?view=unknown", rows[1].QuerySelector("a")!.GetAttribute("href"));
        table.Find("button").Click();
        Assert.Equal(EngineKind.Network, asked?.Kind);
    }

    [Theory]
    [MemberData(nameof(Removable))]
    public void Before_something_is_removed_it_is_said_what_happens(EngineKind kind)
    {
        var question = EngineQuestions.Remove(Thing(kind));
        Assert.True(question.IsDanger);
        Assert.Contains("hp-left", question.Title, StringComparison.Ordinal);
        Assert.Contains(question.Consequences, line => line.Contains("once more", StringComparison.Ordinal));
    }

    [Fact]
    public void The_last_look_is_told_in_figures()
    {
        var text = Facts(new EngineView(Now.AddSeconds(-50), 123.4, 7, 300, null, null)).Markup;
        Assert.Contains("300 sites", text, StringComparison.Ordinal);
        Assert.Contains("123 ms and 7 calls", text, StringComparison.Ordinal);
        Assert.Contains("1 minute ago", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disk_that_fills_up_is_told_with_what_to_do_and_one_with_room_is_not()
    {
        var view = new EngineView(Now, 1, 7, 1, null, null, new DiskView(41L << 30, 5L << 30));
        Assert.Empty(Facts(view).FindAll("[role=alert]"));
        var note = Facts(view with { Disk = new DiskView(4198L << 20, 5L << 30) }).Find("[role=alert]");
        Assert.Contains("Only 4.1 GB are free", note.TextContent, StringComparison.Ordinal);
        Assert.Contains("within their plan are never stopped", note.TextContent, StringComparison.Ordinal);
        Assert.Equal("volumes?sort=-size", note.QuerySelector("a")!.GetAttribute("href"));
    }

    [Fact]
    public void Before_the_first_look_and_while_the_engine_is_away_it_says_so()
    {
        Assert.Contains("has not looked", Facts(new EngineView(null, 0, 0, 0, null, null)).Markup, StringComparison.Ordinal);
        var away = new EngineView(Now, 1, 7, 1, new EngineReason("engine-unavailable", "It does not answer."), Now.AddMinutes(-5));
        var note = Facts(away).Find("[role=alert]").TextContent;
        Assert.Contains("It does not answer.", note, StringComparison.Ordinal);
        Assert.Contains("5 minutes ago", note, StringComparison.Ordinal);
    }

    private static UnownedView Thing(EngineKind kind) =>
        new(
            Guid.CreateVersion7(Now),
            kind,
            "hp-left",
            "id",
            null,
            null,
            "The site that its label names does not exist any more.",
            kind != EngineKind.Volume,
            Now.AddHours(-1),
            Now
        );

    private IRenderedComponent<UnownedTable> Table(IReadOnlyList<UnownedView> things, Action<UnownedView>? remove = null) =>
        Render<UnownedTable>(parameters =>
            parameters.Add(table => table.Things, things).Add(table => table.OnRemove, thing => remove?.Invoke(thing))
        );

    private IRenderedComponent<EngineFacts> Facts(EngineView engine) =>
        Render<EngineFacts>(parameters => parameters.Add(facts => facts.Engine, engine));
}
