using HostingPanel.Volumes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace HostingPanel.Tests.Volumes;

/// <summary>Whose doing it is that a disk fills up.</summary>
public sealed class DiskFillersTests
{
    private const long Gigabyte = 1L << 30;
    private static readonly Guid Helpers = Guid.Parse("00000000-0000-0000-0000-000000000001");
    private static readonly Guid Others = Guid.Parse("00000000-0000-0000-0000-000000000002");

    [Fact]
    public void Of_those_over_their_plan_it_is_the_one_that_has_grown_most()
    {
        var filler = DiskFillers.Choose([
            Site("large", Helpers, takes: 9, grown: 1),
            Site("grown", Helpers, takes: 4, grown: 3),
            Site("other", Others, takes: 6, grown: 2),
        ]);
        Assert.Equal(("grown", 13 * Gigabyte), (filler?.Site.Slug, filler?.Takes));
    }

    [Fact]
    public void Within_their_plan_nobody_is_stopped_whatever_they_write() =>
        Assert.Null(DiskFillers.Choose([Site("a", Helpers, takes: 2, grown: 2), Site("b", Helpers, takes: 2, grown: 2)]));

    [Fact]
    public void What_the_others_of_its_organisation_take_counts_for_its_plan_and_not_what_another_s_do()
    {
        Assert.Equal("b", DiskFillers.Choose([Site("a", Helpers, takes: 4, grown: 0), Site("b", Helpers, takes: 1, grown: 1)])?.Site.Slug);
        Assert.Null(DiskFillers.Choose([Site("a", Others, takes: 9, grown: 0), Site("b", Helpers, takes: 1, grown: 1)]));
    }

    [Fact]
    public void One_that_has_not_grown_or_does_not_run_or_is_being_stopped_is_not_the_one()
    {
        var still = Site("still", Helpers, takes: 9, grown: 0);
        Assert.Null(DiskFillers.Choose([still, still with { Grown = -Gigabyte }, still with { Grown = DiskFillers.Step - 1 }]));
        Assert.NotNull(DiskFillers.Choose([still with { Grown = DiskFillers.Step }]));
        Assert.Null(DiskFillers.Choose([still with { Grown = Gigabyte, CanBeStopped = false }]));
    }

    [Fact]
    public void The_reason_names_the_figures_and_the_mend()
    {
        var filler = new DiskFiller(Site("a", Helpers, takes: 1, grown: 1), 123 * Gigabyte / 10);
        Assert.Equal(
            "It filled the disk: its organisation's volumes take 12.3 GB, its plan allows 5 GB, and only 4.1 GB were free. "
                + "Delete what it does not need or give the organisation a bigger plan, then start it.",
            DiskFillers.ReasonOf(filler, 41 * Gigabyte / 10)
        );
    }

    [Theory]
    // Measured with a hole of 90, and 50 longer since.
    [InlineData(10L, 100L, 150L, 60L, 50L)]
    // Something was deleted since.
    [InlineData(80L, 80L, 30L, 30L, -50L)]
    // Never measured: all of it is new.
    [InlineData(null, null, 30L, 30L, 30L)]
    // On another node, of which the engine tells nothing.
    [InlineData(70L, 80L, null, 70L, 0L)]
    [InlineData(null, null, null, 0L, 0L)]
    public void A_volume_takes_what_was_measured_and_what_has_come_since(
        long? bytes,
        long? apparent,
        long? counted,
        long takes,
        long grown
    ) => Assert.Equal(new VolumeGrowth(takes, grown), VolumeGrowth.Of(bytes, apparent, counted));

    [Theory]
    [InlineData("Volumes:DangerMegabytes", "1023", "Volumes:DangerMegabytes must be at least Panel:MinFreeMegabytes")]
    [InlineData("Volumes:GuardEverySeconds", "0", "Volumes:GuardEverySeconds must be from 1 to 60")]
    public void A_setting_that_could_not_guard_the_disk_is_refused_with_its_name(string name, string value, string refusal)
    {
        var settings = new Dictionary<string, string?>(StringComparer.Ordinal) { [name] = value };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        using var services = new ServiceCollection().AddLogging().AddPanel(configuration).BuildServiceProvider();
        var options = services.GetRequiredService<IOptions<VolumesOptions>>();
        Assert.Contains(refusal, Assert.Throws<OptionsValidationException>(() => options.Value).Message, StringComparison.Ordinal);
    }

    private static WatchedSite Site(string slug, Guid organisation, long takes, long grown) =>
        new(Guid.CreateVersion7(), slug, organisation, 5 * Gigabyte, takes * Gigabyte, grown * Gigabyte, CanBeStopped: true);
}
