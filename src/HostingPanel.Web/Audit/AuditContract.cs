using HostingPanel.Access;
using HostingPanel.Audit;

namespace HostingPanel.Web.Audit;

/// <summary>The audit in the words of the REST contract.</summary>
internal static class AuditContract
{
    public static Client.AuditEntry ToContract(this AuditEntryView view) =>
        new(
            view.Sequence,
            view.At,
            new Client.AuditActor(ToContract(view.ActorKind), view.ActorId, view.ActorName, view.ActorRole, view.Address),
            view.Act,
            ToContract(view.Outcome),
            view.Code,
            view.TargetKind is { } kind ? new Client.AuditTarget(kind, view.TargetId, view.TargetName) : null,
            view.Organisation,
            view.OperationId,
            view.Detail,
            view.Times,
            view.Hash
        );

    public static Client.AuditVerification ToContract(this AuditVerification found) =>
        new(found.Entries, found.HeadHash, found.FirstBroken is null, found.FirstBroken, found.Fault);

    private static Client.AuditActorKind ToContract(ActorKind kind) =>
        kind switch
        {
            ActorKind.Nobody => Client.AuditActorKind.Nobody,
            ActorKind.Person => Client.AuditActorKind.Person,
            ActorKind.Token => Client.AuditActorKind.Token,
            ActorKind.Panel => Client.AuditActorKind.Panel,
            ActorKind.Server => Client.AuditActorKind.Server,
            _ => throw new InvalidOperationException($"The contract has no word for an actor that is {kind}."),
        };

    private static Client.AuditOutcome ToContract(AuditOutcome outcome) =>
        outcome switch
        {
            AuditOutcome.Done => Client.AuditOutcome.Done,
            AuditOutcome.Accepted => Client.AuditOutcome.Accepted,
            AuditOutcome.Refused => Client.AuditOutcome.Refused,
            AuditOutcome.Failed => Client.AuditOutcome.Failed,
            AuditOutcome.Cancelled => Client.AuditOutcome.Cancelled,
            _ => throw new InvalidOperationException($"The contract has no word for an act that is {outcome}."),
        };
}
