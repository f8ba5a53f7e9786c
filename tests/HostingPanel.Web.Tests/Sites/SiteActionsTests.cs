using Bunit;
using HostingPanel.Blueprints;
using HostingPanel.Sites;
using HostingPanel.Volumes;
using HostingPanel.Web.Sites;
using HostingPanel.Web.Tests.Components;

namespace HostingPanel.Web.Tests.Sites;

public sealed class SiteActionsTests : ComponentTest
{
    private static readonly VolumeView Data = Volume("data", VolumeKind.Database);

    [Theory]
    [InlineData(SiteState.New)]
    [InlineData(SiteState.Failed, "Try again", "Move to trash")]
    [InlineData(SiteState.Running, "Restart", "Stop", "Move to trash")]
    [InlineData(SiteState.Stopped, "Start", "Move to trash")]
    [InlineData(SiteState.Trashed, "Take out of trash", "Purge")]
    public void Only_what_the_state_allows_is_offered(SiteState state, params string[] labels) =>
        Assert.Equal(labels, Buttons(Site(state)));

    [Fact]
    public void While_something_is_done_to_it_nothing_else_is_offered() =>
        Assert.Empty(Buttons(Site(SiteState.Running, new ActiveOperationView(Guid.Empty, "stop-site", "Stop"))));

    [Fact]
    public void Purging_names_every_volume_and_wants_the_slug_typed()
    {
        var purge = SiteActionChoice.For(Site(SiteState.Trashed), [Data]).Single(choice => choice.Action == SiteAction.Purge);
        Assert.Equal("food-bank", purge.Confirmation.TypedWord);
        Assert.True(purge.Confirmation.IsDanger);
        Assert.Contains(purge.Confirmation.Consequences, line => line.Contains("hp-abc-data", StringComparison.Ordinal));
        Assert.Contains(purge.Confirmation.Consequences, line => line.Contains("www.example.org", StringComparison.Ordinal));
    }

    private string[] Buttons(SiteView site) =>
        [
            .. Render<SiteActions>(parameters => parameters.Add(actions => actions.Site, site).Add(actions => actions.Volumes, [Data]))
                .FindAll("button .rz-button-text")
                .Select(text => text.TextContent),
        ];
}
