using Bunit;
using HostingPanel.Backups;
using HostingPanel.Backups.Panel;
using HostingPanel.Web.Backups.Panel;

namespace HostingPanel.Web.Tests.Backups;

public sealed class RecoveryKitCardTests : BackupComponentTest
{
    private static readonly PanelBackupView Good = new(
        Guid.CreateVersion7(Now),
        RestorePointState.Good,
        "panel",
        Now.AddHours(-3),
        Now.AddHours(-3),
        Now.AddHours(-3),
        1 << 20,
        40,
        9000,
        null,
        null,
        []
    );

    [Fact]
    public void With_a_backup_and_a_current_kit_it_is_prepared()
    {
        var card = Card(new PanelBackupStateView(Good, null, null, 2, Now.AddDays(-4), KitIsCurrent: true));
        Assert.Equal("Prepared", card.Find(".chip").TextContent);
        Assert.Empty(card.FindAll(".note"));
        Assert.Contains("3 hours ago", card.Markup, StringComparison.Ordinal);
        Assert.Contains("number 2, ", card.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kit_that_is_out_of_date_names_the_mend()
    {
        var card = Card(new PanelBackupStateView(Good, null, null, 2, Now.AddDays(-4), KitIsCurrent: false));
        Assert.Equal("Not prepared", card.Find(".chip").TextContent);
        Assert.Contains("./panel recovery-kit", card.Find(".note-warn").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_kit_or_a_backup_it_is_red()
    {
        var card = Card(new PanelBackupStateView(null, Now.AddHours(-1), "The target is full.", null, null, KitIsCurrent: false));
        Assert.Contains("There is no recovery kit", card.Markup, StringComparison.Ordinal);
        Assert.Contains("The target is full.", card.Markup, StringComparison.Ordinal);
        Assert.Equal(["never", "none"], card.FindAll(".figures .bad-text").Select(text => text.TextContent));
    }

    private IRenderedComponent<RecoveryKitCard> Card(PanelBackupStateView state) =>
        Render<RecoveryKitCard>(parameters => parameters.Add(card => card.State, state));
}
