namespace HostingPanel.Client;

/// <summary>What somebody who acted is.</summary>
public enum AuditActorKind
{
    /// <summary>Somebody who was not signed in.</summary>
    Nobody,

    /// <summary>A person with an account.</summary>
    Person,

    /// <summary>A script with an API token.</summary>
    Token,

    /// <summary>The panel by itself.</summary>
    Panel,

    /// <summary>The panel's command line on the server.</summary>
    Server,
}

/// <summary>How an act went.</summary>
public enum AuditOutcome
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>An operation was queued that does it; another entry tells its end.</summary>
    Accepted,

    /// <summary>It was not allowed.</summary>
    Refused,

    /// <summary>The operation failed.</summary>
    Failed,

    /// <summary>Somebody stopped the operation.</summary>
    Cancelled,
}

/// <summary>Who acted.</summary>
/// <param name="Kind">What they are.</param>
/// <param name="Id">The account's or the token's id; null for the panel itself.</param>
/// <param name="Name">Their name as it was then.</param>
/// <param name="Role">As which role.</param>
/// <param name="Address">From which network address.</param>
public sealed record AuditActor(AuditActorKind Kind, Guid? Id, string Name, string? Role, string? Address);

/// <summary>What was acted on.</summary>
/// <param name="Kind">A noun, such as <c>site</c>.</param>
/// <param name="Id">Its identity.</param>
/// <param name="Name">Its name as it was then.</param>
public sealed record AuditTarget(string Kind, Guid? Id, string? Name);

/// <summary>Who did what to which, from where, with what result.</summary>
/// <param name="Sequence">Its place in the chain, from 1 on without a gap.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who, and from where.</param>
/// <param name="Act">What: a noun and a verb, such as <c>site.create</c>.</param>
/// <param name="Outcome">With what result.</param>
/// <param name="Code">Why it was refused or failed: a stable word.</param>
/// <param name="Target">On what.</param>
/// <param name="Organisation">The slug of the organisation that it belongs to, as it was then.</param>
/// <param name="OperationId">The operation that was started or that ended.</param>
/// <param name="Detail">More for people.</param>
/// <param name="Times">How often; more than once only for refusals that came close together.</param>
/// <param name="Hash">The entry's hash, which the next one carries.</param>
public sealed record AuditEntry(
    long Sequence,
    DateTimeOffset At,
    AuditActor Actor,
    string Act,
    AuditOutcome Outcome,
    string? Code,
    AuditTarget? Target,
    string? Organisation,
    Guid? OperationId,
    string? Detail,
    int Times,
    string Hash
);

/// <summary>Which entries are wanted; what is null is no condition.</summary>
/// <param name="Actor">A part of the actor's name, or their id.</param>
/// <param name="Act">The word of an act, or its noun alone.</param>
/// <param name="Target">A part of the name of what was acted on, or its id.</param>
/// <param name="Organisation">The organisation's slug.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="From">Not before.</param>
/// <param name="To">Before this.</param>
/// <param name="Operation">Only what belongs to this operation.</param>
public sealed record AuditQuery(
    string? Actor = null,
    string? Act = null,
    string? Target = null,
    string? Organisation = null,
    AuditOutcome? Outcome = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    Guid? Operation = null
);

/// <summary>What looking at the whole chain found.</summary>
/// <param name="Entries">How many entries are as they were written, from the first on.</param>
/// <param name="HeadHash">The hash of the last of them: note it elsewhere with its number, and give both to a later check.</param>
/// <param name="IsWhole">True when all are.</param>
/// <param name="FirstBroken">The place of the first that is not.</param>
/// <param name="Fault">What is wrong with it.</param>
public sealed record AuditVerification(long Entries, string HeadHash, bool IsWhole, long? FirstBroken, string? Fault);
