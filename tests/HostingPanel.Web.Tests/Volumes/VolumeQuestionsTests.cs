using Bunit;
using HostingPanel.Organisations;
using HostingPanel.Volumes;
using HostingPanel.Web.Organisations;
using HostingPanel.Web.Tests.Components;
using HostingPanel.Web.Volumes;

namespace HostingPanel.Web.Tests.Volumes;

public sealed class VolumeQuestionsTests : ComponentTest
{
    [Fact]
    public void Purging_lists_exactly_what_goes_and_wants_the_name_typed()
    {
        var volume = Volume("content-copy", state: VolumeState.Trashed, standsAlone: true);
        var preview = new PurgePreview(
            volume,
            [new PurgedThing("volume", "The volume hp-abc-content-copy on vm."), new PurgedThing("files", "Everything in it: 7 files.")],
            Refusal: null
        );
        var question = VolumeQuestions.Purge(preview);
        Assert.Equal("content-copy", question.TypedWord);
        Assert.True(question.IsDanger);
        Assert.Equal(preview.Goes.Select(thing => thing.Text), question.Consequences.Take(2));
    }

    [Fact]
    public void The_trash_says_how_long_it_keeps_for_sure() =>
        Assert.Contains(
            VolumeQuestions.Trash(Volume(standsAlone: true), graceDays: 45).Consequences,
            line => line.Contains("45 days for sure", StringComparison.Ordinal)
        );

    [Theory]
    [InlineData(10L << 30, null, null)]
    [InlineData(20L << 30, "80 % of its plan", "usage-near")]
    [InlineData(30L << 30, "over its plan", "usage-full")]
    public void The_disk_of_an_organisation_warns_in_words_and_not_only_by_its_colour(long bytes, string? words, string? style)
    {
        var bar = Render<DiskBar>(parameters => parameters.Add(disk => disk.Organisation, Organisation(diskBytes: bytes)));
        Assert.Equal(words is not null, bar.FindAll(".usage-note").Count == 1);
        Assert.Contains(words ?? "of 25 GB", bar.Markup, StringComparison.Ordinal);
        Assert.Contains(style ?? "usage-fill", bar.Find(".usage-bar span").ClassName, StringComparison.Ordinal);
        Assert.Contains("of the 25 GB of its plan", DiskBar.WarningOf(Organisation(diskBytes: bytes)), StringComparison.Ordinal);
    }
}
