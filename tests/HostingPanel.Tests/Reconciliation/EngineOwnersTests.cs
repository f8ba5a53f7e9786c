using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Reconciliation;
using HostingPanel.Tests.Simulation;

namespace HostingPanel.Tests.Reconciliation;

/// <summary>What is whose. What is somebody's is never offered for removal.</summary>
public sealed class EngineOwnersTests
{
    private static readonly DateTimeOffset Now = SampleSite.Now;
    private static readonly Guid Operation = Guid.Parse("44444444-4444-4444-4444-444444444444");

    public static TheoryData<EngineKind> Kinds() => [.. Enum.GetValues<EngineKind>()];

    [Theory]
    [InlineData(SiteState.Running)]
    [InlineData(SiteState.Stopped)]
    public void Everything_of_a_site_is_its_own(SiteState state)
    {
        var site = new SampleSite(state);
        Assert.All(FakeSnapshot.Of(site.Engine).Things, thing => Assert.Null(Owners(site).WhyUnowned(thing, Now)));
    }

    [Fact]
    public void Of_a_site_in_the_trash_only_the_volumes_are()
    {
        var site = new SampleSite(SiteState.Trashed);
        Assert.All(
            FakeSnapshot.Of(site.Engine).Things,
            thing => Assert.Equal(thing.Kind == EngineKind.Volume, Owners(site).WhyUnowned(thing, Now) is null)
        );
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_names_a_site_that_is_gone_is_nobodys(EngineKind kind) =>
        Assert.NotNull(Owners(new SampleSite()).WhyUnowned(Thing(kind) with { SiteId = Guid.Empty }, Now));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_the_site_has_no_place_for_is_nobodys(EngineKind kind)
    {
        var site = new SampleSite();
        Assert.NotNull(Owners(site).WhyUnowned(Thing(kind) with { SiteId = site.Row.Id }, Now));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_was_just_made_may_have_an_owner_that_was_not_read(EngineKind kind)
    {
        var thing = Thing(kind) with { SiteId = Guid.Empty, CreatedAt = Now.AddSeconds(-59) };
        Assert.Null(Owners(new SampleSite()).WhyUnowned(thing, Now));
        Assert.NotNull(Owners(new SampleSite()).WhyUnowned(thing, Now.AddSeconds(2)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_an_operation_is_working_on_is_not_judged(EngineKind kind)
    {
        var site = new SampleSite();
        var busy = new UnfinishedOperation(Operation, site.Row.Id, IsRunning: true, OperationPriority.Person);
        Assert.Null(Owners(site, busy).WhyUnowned(Thing(kind) with { OperationId = Operation }, Now));
        Assert.Null(Owners(site, busy).WhyUnowned(Thing(kind) with { SiteId = site.Row.Id }, Now));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_names_neither_a_site_nor_an_operation_is_the_panels_own(EngineKind kind) =>
        Assert.Null(Owners(new SampleSite()).WhyUnowned(Thing(kind) with { OperationId = null }, Now));

    [Fact]
    public void A_volume_that_a_site_has_taken_in_is_its_own_whatever_its_label_says_of_former_days()
    {
        var site = new SampleSite();
        var thing = Thing(EngineKind.Volume) with { SiteId = Guid.Empty, VolumeId = Guid.CreateVersion7() };
        var volumes = new Dictionary<string, Guid?>(StringComparer.Ordinal) { [thing.Name] = null };
        Assert.Null(new EngineOwners([site.Row], volumes, [], site.Names).WhyUnowned(thing, Now));
        volumes[thing.Name] = Guid.CreateVersion7();
        Assert.NotNull(new EngineOwners([site.Row], volumes, [], site.Names).WhyUnowned(thing, Now));
    }

    private static EngineThing Thing(EngineKind kind) =>
        new()
        {
            Kind = kind,
            Id = "id",
            Name = "hp-thing",
            OperationId = Guid.Parse("55555555-5555-5555-5555-555555555555"),
        };

    private static EngineOwners Owners(SampleSite site, params UnfinishedOperation[] operations) =>
        new([site.Row], site.Row.Volumes.ToDictionary(volume => volume.EngineName, volume => (Guid?)volume.Id), operations, site.Names);
}
