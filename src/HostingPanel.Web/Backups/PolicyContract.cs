using HostingPanel.Backups;
using HostingPanel.Backups.Policies;
using HostingPanel.Backups.Upkeep;

namespace HostingPanel.Web.Backups;

/// <summary>Policies, and how they are kept, in the words of the REST contract.</summary>
internal static class PolicyContract
{
    public static Client.BackupPolicy ToContract(this PolicyView view) =>
        new(
            view.Scope switch
            {
                PolicyScope.Default => Client.PolicyScope.Default,
                PolicyScope.Plan => Client.PolicyScope.Plan,
                PolicyScope.Site => Client.PolicyScope.Site,
                _ => throw new InvalidOperationException($"The contract has no word for the scope {view.Scope}."),
            },
            view.Enabled,
            view.OffReason,
            view.Cron,
            view.WindowFrom is null ? null : new Client.BackupWindow(view.WindowFrom, view.WindowTo),
            view.TimeZone,
            view.Targets,
            ToContract(view.Retention),
            view.NextAt,
            view.ChangedAt,
            view.ChangedBy
        );

    public static PolicyCommand FromContract(Client.BackupPolicyRequest request) =>
        new(
            request.Enabled,
            request.OffReason,
            request.Cron,
            request.Window?.From,
            request.Window?.To,
            request.TimeZone,
            request.Targets,
            request.Retention is { } kept ? new RetentionRules(kept.Last, kept.Daily, kept.Weekly, kept.Monthly, kept.Yearly) : null
        );

    public static Client.RetentionPreview ToContract(this RetentionPreview preview) =>
        new(
            ToContract(preview.Rules),
            preview.TimeZone,
            [
                .. preview.Items.Select(item => new Client.RetentionItem(
                    item.Id,
                    item.TakenAt,
                    BackupContract.ToContract(item.Reason),
                    item.Goes,
                    item.Now,
                    item.Kept
                )),
            ],
            preview.FailedGoing,
            preview.MaxInOneRun,
            BackupContract.FaultOf(preview.FaultCode, preview.Fault)
        );

    public static Client.BackupOverview ToContract(this BackupOverview overview) =>
        new(overview.ScheduledAt, overview.IsScheduling, [.. overview.Sites.Select(ToContract)]);

    public static Client.BackupHealth ToContract(this BackupHealth health) =>
        new(
            health.Site,
            health.Title,
            health.State switch
            {
                BackupHealthState.Good => Client.BackupHealthState.Good,
                BackupHealthState.New => Client.BackupHealthState.New,
                BackupHealthState.Late => Client.BackupHealthState.Late,
                BackupHealthState.Never => Client.BackupHealthState.Never,
                BackupHealthState.Off => Client.BackupHealthState.Off,
                BackupHealthState.Paused => Client.BackupHealthState.Paused,
                _ => throw new InvalidOperationException($"The contract has no word for {health.State}."),
            },
            health.LastGoodId,
            health.LastGoodAt,
            health.LastProvedAt,
            health.PromisedBy,
            health.NextAt,
            health.Points,
            health.Bytes,
            health.LastFaultAt,
            BackupContract.FaultOf(health.LastFaultCode, health.LastFault),
            BackupContract.FaultOf(health.WaitingCode, health.Waiting),
            health.OffReason,
            [
                .. health.Targets.Select(target => new Client.BackupTargetHealth(
                    target.Target,
                    target.IsWanted,
                    target.IsLate,
                    target.LastGoodAt,
                    target.Copies,
                    target.CheckedAt,
                    target.ReadPart,
                    target.ReadParts,
                    target.ReadAllAt,
                    target.UnknownSnapshots,
                    target.SetAsideAt,
                    target.FaultAt,
                    BackupContract.FaultOf(target.FaultCode, target.Fault)
                )),
            ]
        );

    public static CheckReading FromContract(Client.CheckReading? read) =>
        read switch
        {
            null or Client.CheckReading.Part => CheckReading.Part,
            Client.CheckReading.None => CheckReading.None,
            Client.CheckReading.All => CheckReading.All,
            _ => throw new InvalidOperationException($"{read} is no word of the contract."),
        };

    private static Client.Retention ToContract(RetentionRules rules) =>
        new(rules.Last, rules.Daily, rules.Weekly, rules.Monthly, rules.Yearly);
}
