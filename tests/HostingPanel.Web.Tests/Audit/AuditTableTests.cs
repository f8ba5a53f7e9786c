using Bunit;
using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Web.Audit;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.Audit;

public sealed class AuditTableTests : ComponentTest
{
    [Fact]
    public void An_entry_tells_who_what_where_from_and_how_it_went()
    {
        var operation = Guid.CreateVersion7();
        var row = Table(Entry() with { OperationId = operation, Outcome = AuditOutcome.Failed, Code = "image-missing" }).Find("tbody tr");
        Assert.Equal($"operations/{operation}", row.QuerySelector("a")!.GetAttribute("href"));
        Assert.All(
            ["site.create", "site food-bank of springfield", "Failed", "image-missing", "Ada", "administrator, 203.0.113.7", "No. 7"],
            text => Assert.Contains(text, row.TextContent, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void What_came_often_is_one_row_that_says_how_often() =>
        Assert.Contains("42 times", Table(Entry() with { Times = 42 }).Find("tbody").TextContent, StringComparison.Ordinal);

    [Fact]
    public void Markup_in_names_is_text()
    {
        const string Evil = "<img src=x onerror=alert(1)>";
        var table = Table(
            Entry() with
            {
                ActorName = Evil,
                TargetName = Evil,
                Detail = Evil,
                Organisation = Evil,
                Address = Evil,
                Code = Evil,
            }
        );
        Assert.Empty(table.FindAll("img"));
        Assert.Contains(Evil, table.Find("tbody").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_filters_change_one_thing_each()
    {
        AuditFilter? asked = null;
        var bar = Render<AuditFilterBar>(parameters =>
            parameters
                .Add(bar => bar.Filter, new AuditFilter(Act: "site.purge", From: new DateTimeOffset(Now.Date, TimeSpan.Zero)))
                .Add(bar => bar.Organisations, [Organisation()])
                .Add(bar => bar.OnChange, filter => asked = filter)
        );
        Assert.Contains("site.purge", bar.Find("select[aria-label='What was done']").TextContent, StringComparison.Ordinal);
        bar.Find("select[aria-label='Organisation']").Change("springfield");
        Assert.Equal(("springfield", "site.purge"), (asked?.Organisation, asked?.Act));
        bar.Find("select[aria-label='Result']").Change("Refused");
        Assert.Equal(AuditOutcome.Refused, asked?.Outcome);
        bar.Find("input[aria-label^='Up to']").Change("2026-03-14");
        Assert.Equal(new DateTimeOffset(2026, 3, 15, 0, 0, 0, TimeSpan.Zero), asked?.To);
        bar.Find("input[aria-label^='Up to']").Change("nonsense");
        Assert.Null(asked?.To);
    }

    [Fact]
    public void Every_word_belongs_to_a_noun_that_can_be_chosen() =>
        Assert.All(
            typeof(AuditActs)
                .GetFields(System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)
                .Where(field => field.IsLiteral && field.Name != "Unnamed")
                .Select(field => ((string)field.GetRawConstantValue()!).Split('.')[0]),
            noun => Assert.Contains(noun, AuditActs.Nouns)
        );

    private IRenderedComponent<AuditTable> Table(params AuditEntryView[] entries) =>
        Render<AuditTable>(parameters => parameters.Add(table => table.Entries, entries));

    private static AuditEntryView Entry() =>
        new(
            7,
            Now.AddMinutes(-5),
            ActorKind.Person,
            Guid.CreateVersion7(),
            "Ada",
            "Administrator",
            "203.0.113.7",
            "site.create",
            AuditOutcome.Done,
            null,
            "site",
            Guid.CreateVersion7(),
            "food-bank",
            "springfield",
            null,
            null,
            1,
            new string('a', 64)
        );
}
