using Bunit;
using HostingPanel.Blueprints;
using HostingPanel.Volumes;
using HostingPanel.Web.Tests.Components;
using HostingPanel.Web.Volumes;
using Microsoft.AspNetCore.Components;

namespace HostingPanel.Web.Tests.Volumes;

public sealed class CoverageTableTests : ComponentTest
{
    private static readonly Coverage Nobody = new(CoverageState.Uncovered, "No restore point has it yet.");
    private static readonly Coverage Blueprint = new(CoverageState.Excluded, "A cache: what is in it can be made again.");
    private static readonly Coverage Person = new(CoverageState.Excluded, "Thumbnails", "Ada", Now.AddDays(-2));

    public CoverageTableTests()
    {
        // The buttons ask for more than a table needs; what they do is proven through the use case and in the browser.
        ComponentFactories.AddStub<CoverageButtons>();
    }

    [Fact]
    public void It_says_in_plain_words_that_nothing_takes_restore_points_by_itself() =>
        Assert.Contains("no schedule takes them yet", Table(Nobody).Find(".note").TextContent, StringComparison.Ordinal);

    [Fact]
    public void Each_thing_shows_its_reason_and_who_gave_it()
    {
        var rows = Table(Nobody, Blueprint, Person).FindAll("tbody tr");
        Assert.Contains("Not covered", rows[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("made again", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("Ada, 2 days ago", rows[2].TextContent, StringComparison.Ordinal);
        Assert.Contains("cache/**", rows[0].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void The_counts_lead_to_what_they_count_and_back()
    {
        var table = Table(CoverageState.Excluded, Nobody, Person);
        Assert.Equal(
            ["?state=Covered", "?state=", "?state=Uncovered", "?state="],
            table.FindAll(".coverage-sum a").Select(link => link.GetAttribute("href"))
        );
        Assert.Equal("true", table.FindAll(".coverage-sum a")[1].GetAttribute("aria-current"));
        Assert.Equal(["0", "1", "1"], table.FindAll(".coverage-sum strong").Select(count => count.TextContent));
    }

    [Fact]
    public void With_nothing_to_cover_it_says_so() =>
        Assert.Contains("Nothing to cover yet", Table().Find(".empty").TextContent, StringComparison.Ordinal);

    private IRenderedComponent<CoverageTable> Table(params Coverage[] coverages) => Table(null, coverages);

    private IRenderedComponent<CoverageTable> Table(CoverageState? state, params Coverage[] coverages)
    {
        var items = coverages
            .Select(
                (coverage, index) =>
                    new CoverageItem(
                        "food-bank",
                        "Food Bank",
                        "springfield",
                        CoveredThing.Volume,
                        $"volume-{index}",
                        Guid.CreateVersion7(Now),
                        VolumeKind.Files,
                        coverage,
                        [new BackupOmission("cache/**", "made again")]
                    )
            )
            .ToList();
        var summary = new CoverageSummary(
            0,
            coverages.Count(coverage => coverage.State == CoverageState.Excluded),
            coverages.Count(coverage => coverage.State == CoverageState.Uncovered),
            "Restore points are taken when somebody asks for one; no schedule takes them yet."
        );
        return Render<CoverageTable>(parameters =>
            parameters
                .Add(table => table.Report, new CoverageReport(summary, new Page<CoverageItem>(items, null)))
                .Add(table => table.State, state)
                .Add(table => table.Href, chosen => $"?state={chosen}")
                .Add(table => table.OnDone, EventCallback.Empty)
        );
    }
}
