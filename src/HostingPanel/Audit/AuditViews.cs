using HostingPanel.Access;

namespace HostingPanel.Audit;

/// <summary>Which entries are wanted; what is null is no condition.</summary>
/// <param name="Actor">A part of the actor's name, or their id.</param>
/// <param name="Act">The word of an act, or its noun alone: <c>site</c> finds <c>site.create</c> and <c>site.purge</c>.</param>
/// <param name="Target">A part of the name of what was acted on, or its id.</param>
/// <param name="Organisation">The slug that the organisation had then.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="From">Not before.</param>
/// <param name="To">Before this.</param>
/// <param name="Operation">Only what belongs to this operation.</param>
public sealed record AuditFilter(
    string? Actor = null,
    string? Act = null,
    string? Target = null,
    string? Organisation = null,
    AuditOutcome? Outcome = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    Guid? Operation = null
);

/// <summary>An entry as it is shown.</summary>
/// <param name="Sequence">Its place in the chain, from 1 on.</param>
/// <param name="At">When.</param>
/// <param name="ActorKind">What the actor is.</param>
/// <param name="ActorId">The account's or the token's id; null for the panel itself.</param>
/// <param name="ActorName">Who.</param>
/// <param name="ActorRole">As which role.</param>
/// <param name="Address">From where.</param>
/// <param name="Act">What: a noun and a verb, such as <c>site.create</c>.</param>
/// <param name="Outcome">With what result.</param>
/// <param name="Code">Why it was refused or failed: a stable word.</param>
/// <param name="TargetKind">What it was done to: a noun.</param>
/// <param name="TargetId">Its identity.</param>
/// <param name="TargetName">Its name as it was then.</param>
/// <param name="Organisation">The slug of the organisation that it belongs to, as it was then.</param>
/// <param name="OperationId">The operation that was started or that ended.</param>
/// <param name="Detail">More for people.</param>
/// <param name="Times">How often; more than once only for refusals that came close together.</param>
/// <param name="Hash">The entry's hash, which the next one carries, in hexadecimal.</param>
public sealed record AuditEntryView(
    long Sequence,
    DateTimeOffset At,
    ActorKind ActorKind,
    Guid? ActorId,
    string ActorName,
    string? ActorRole,
    string? Address,
    string Act,
    AuditOutcome Outcome,
    string? Code,
    string? TargetKind,
    Guid? TargetId,
    string? TargetName,
    string? Organisation,
    Guid? OperationId,
    string? Detail,
    int Times,
    string Hash
)
{
    internal static AuditEntryView From(AuditEntry entry) =>
        new(
            entry.Sequence ?? 0,
            entry.At ?? default,
            entry.ActorKind,
            entry.ActorId,
            entry.ActorName,
            entry.ActorRole,
            entry.Address,
            entry.Act,
            entry.Outcome,
            entry.Code,
            entry.TargetKind,
            entry.TargetId,
            entry.TargetName,
            entry.Organisation,
            entry.OperationId,
            entry.Detail,
            entry.Times,
            Convert.ToHexStringLower(entry.Hash ?? [])
        );
}

/// <summary>What looking at the whole chain found.</summary>
/// <param name="Entries">How many entries there are.</param>
/// <param name="Head">The place of the last one; 0 when there is none.</param>
/// <param name="HeadHash">Its hash, to be written down elsewhere: a later check can be given it.</param>
/// <param name="FirstBroken">The place of the first entry that is not as it was written; null when all are.</param>
/// <param name="Fault">What is wrong with it, for people.</param>
public sealed record AuditVerification(long Entries, long Head, string HeadHash, long? FirstBroken, string? Fault);

/// <summary>The end of the chain as it was noted before.</summary>
/// <param name="Sequence">The place of the entry.</param>
/// <param name="Hash">Its hash, in hexadecimal.</param>
public sealed record AuditAnchor(long Sequence, string Hash);
