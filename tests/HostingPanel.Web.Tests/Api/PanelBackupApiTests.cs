using HostingPanel.Client;

namespace HostingPanel.Web.Tests.Api;

public sealed class PanelBackupApiTests(PanelApp app) : VolumeApiTest(app)
{
    [Fact]
    public async Task A_backup_of_the_panel_is_an_operation_and_one_at_a_time()
    {
        Assert.Equal(
            "backup-target-not-found",
            (await RefusalAsync(() => Api.PanelBackups.TakeAsync(new PanelBackupRequest("nowhere"), cancellationToken: Cancellation))).Code
        );
        var asked = await Api.PanelBackups.TakeAsync(new PanelBackupRequest(), cancellationToken: Cancellation);
        Assert.Equal(("back-up-panel", "the panel"), (asked.Operation.Kind, asked.Operation.Target));
        // There is one at a time: it is the answer to whoever asks again.
        var again = await Api.PanelBackups.TakeAsync(new PanelBackupRequest(), cancellationToken: Cancellation);
        Assert.Equal(asked.Operation.Id, again.Operation.Id);
        var state = await Api.PanelBackups.GetStateAsync(Cancellation);
        Assert.Null(state.Kit);
        Assert.Null(state.LastGood);
        Assert.Empty((await Api.PanelBackups.ListAsync(cancellationToken: Cancellation)).Items);
    }
}
