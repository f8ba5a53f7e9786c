namespace HostingPanel.Client;

/// <summary>Why a restore point was taken.</summary>
public enum RestorePointReason
{
    /// <summary>Somebody asked for it.</summary>
    Manual,

    /// <summary>A schedule did.</summary>
    Schedule,

    /// <summary>As the way back from an upgrade.</summary>
    PreUpgrade,

    /// <summary>As the way back from a restore.</summary>
    Safety,
}

/// <summary>Where a restore point is.</summary>
public enum RestorePointState
{
    /// <summary>It is being taken.</summary>
    Taking,

    /// <summary>At least one copy of it was read back from its target.</summary>
    Good,

    /// <summary>There is no copy that is known to be whole.</summary>
    Failed,

    /// <summary>It was decided that it goes; what is left of it is no way back any more.</summary>
    Going,
}

/// <summary>What kind of place restore points are kept at.</summary>
public enum TargetKind
{
    /// <summary>A volume of the panel's own on the node.</summary>
    Local,

    /// <summary>A directory on another machine, over SSH.</summary>
    Sftp,

    /// <summary>A bucket of an S3-compatible store.</summary>
    S3,

    /// <summary>restic's own REST server.</summary>
    Rest,
}

/// <summary>One consistent set of a site.</summary>
/// <param name="Id">Its identity: that of the operation that took it.</param>
/// <param name="Site">The slug of its site, as it was then.</param>
/// <param name="Reason">Why it was taken.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="State">Whether it is good.</param>
/// <param name="StartedAt">When it was begun.</param>
/// <param name="TakenAt">The moment that its databases are of; null while they were not dumped.</param>
/// <param name="FinishedAt">When it became good or failed.</param>
/// <param name="DatabaseBytes">Of its dumps.</param>
/// <param name="FileBytes">Of its files.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Databases">The databases in it, by name.</param>
/// <param name="Volumes">The volumes in it, by identity.</param>
/// <param name="Fault">Why it failed; null when it did not.</param>
/// <param name="ProvedAt">When it was last restored and found right; null while it never was.</param>
/// <param name="ProofSeconds">How long that took, from asking to the first answer.</param>
/// <param name="Copies">Where it lies.</param>
public sealed record RestorePoint(
    Guid Id,
    string Site,
    RestorePointReason Reason,
    string RequestedBy,
    RestorePointState State,
    DateTimeOffset StartedAt,
    DateTimeOffset? TakenAt,
    DateTimeOffset? FinishedAt,
    long DatabaseBytes,
    long FileBytes,
    long Files,
    IReadOnlyList<string> Databases,
    IReadOnlyList<Guid> Volumes,
    BackupFault? Fault,
    DateTimeOffset? ProvedAt,
    double? ProofSeconds,
    IReadOnlyList<RestorePointCopy> Copies
)
{
    /// <summary>Since when it is suspicious; null when nothing speaks against it.</summary>
    public DateTimeOffset? SuspectedAt { get; init; }

    /// <summary>What speaks against it; null when nothing does.</summary>
    public BackupFault? Suspicion { get; init; }
}

/// <summary>A restore point at one target.</summary>
/// <param name="TargetId">The target.</param>
/// <param name="Target">Its name.</param>
/// <param name="Kind">What kind of place it is.</param>
/// <param name="Snapshot">What restic calls it; null while there is none.</param>
/// <param name="AddedBytes">What it added to the repository.</param>
/// <param name="ReadBackAt">When it was read back and found whole; null while it was not.</param>
/// <param name="Fault">Why it is not whole; null when nothing is known to be wrong with it.</param>
public sealed record RestorePointCopy(
    Guid TargetId,
    string Target,
    TargetKind Kind,
    string? Snapshot,
    long? AddedBytes,
    DateTimeOffset? ReadBackAt,
    BackupFault? Fault
)
{
    /// <summary>When this copy was last restored and found right; null when it never was, or was not when it was last tried.</summary>
    public DateTimeOffset? ProvedAt { get; init; }

    /// <summary>When a drill of this copy failed; null when none did since it was last proved.</summary>
    public DateTimeOffset? RefutedAt { get; init; }
}

/// <summary>What went wrong.</summary>
/// <param name="Code">A stable word.</param>
/// <param name="Message">For people.</param>
public sealed record BackupFault(string Code, string Message);

/// <summary>A manifest with its signature.</summary>
/// <param name="Json">The manifest, byte for byte as it lies beside the data.</param>
/// <param name="Signature">The panel's signature of it.</param>
public sealed record RestorePointManifest(string Json, string Signature);

/// <summary>How a restore point is taken.</summary>
/// <param name="Gently">
/// True to take it as slowly as the schedule does, so that the site's visitors do not notice: for who takes them by a schedule of their own.
/// </param>
public sealed record TakeBackupRequest(bool? Gently = null);

/// <summary>How a restore point is restored.</summary>
/// <param name="Mode"><c>new-site</c>: a new site beside the old one; <c>in-place</c>: the site itself gets the data of then.</param>
/// <param name="Slug">The new site's slug; null in place.</param>
/// <param name="Target">The name of the target to restore from; null for the nearest that has a whole copy.</param>
/// <param name="WithoutSafetyPoint">In place: true to take no safety restore point first.</param>
public sealed record RestoreRequest(string? Mode, string? Slug, string? Target = null, bool? WithoutSafetyPoint = null);

/// <summary>A place where restore points are kept.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What kind of place it is.</param>
/// <param name="Address">Where it is, without credentials; null for a local one.</param>
/// <param name="UploadKib">How much may be sent to it, in KiB/s; null for as much as there is.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="RetiredAt">Since when nothing new is kept there; of a draft the same as <paramref name="CreatedAt"/>.</param>
/// <param name="Repositories">How many sites have restore points there.</param>
/// <param name="LastSuccessAt">When a copy there, or a test of it, last succeeded.</param>
/// <param name="LastFaultAt">When one last failed.</param>
/// <param name="LastFault">Why that failed.</param>
public sealed record BackupTarget(
    Guid Id,
    string Name,
    TargetKind Kind,
    string? Address,
    int? UploadKib,
    DateTimeOffset CreatedAt,
    DateTimeOffset? RetiredAt,
    int Repositories,
    DateTimeOffset? LastSuccessAt,
    DateTimeOffset? LastFaultAt,
    BackupFault? LastFault
);

/// <summary>A new place where restore points are kept.</summary>
/// <param name="Name">What people call it; unique.</param>
/// <param name="Kind">sftp, s3 or rest; there is a local one already.</param>
/// <param name="Host">The machine: a host name or an IPv4 address.</param>
/// <param name="Port">Null for the kind's usual one.</param>
/// <param name="User">The login of SFTP.</param>
/// <param name="Path">The directory (SFTP), <c>/bucket/prefix</c> (S3) or path (REST).</param>
/// <param name="Tls">False for an S3 or REST server that speaks plain HTTP; true when it is not given.</param>
/// <param name="UploadKib">How much may be sent to it, in KiB/s; null for as much as there is.</param>
/// <param name="Credentials">sshKey and sshKnownHosts; accessKeyId and secretAccessKey; or username and password. Never shown again.</param>
/// <param name="Draft">True to keep nothing there until it is taken into use.</param>
public sealed record NewBackupTargetRequest(
    string? Name,
    TargetKind? Kind,
    string? Host,
    int? Port = null,
    string? User = null,
    string? Path = null,
    bool? Tls = null,
    int? UploadKib = null,
    IReadOnlyDictionary<string, string>? Credentials = null,
    bool? Draft = null
);

/// <summary>A repository that was set aside because it is damaged: another one has taken its place.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Site">The slug of its site; of one that was purged, the slug that it had. It confirms a removal.</param>
/// <param name="SitePurged">True when the site was purged.</param>
/// <param name="Target">The name of the target where it lies.</param>
/// <param name="SetAsideAt">Since when.</param>
/// <param name="Fault">What was found to be wrong with it.</param>
/// <param name="Bytes">What its copies have added to it, as far as that is known: about what it takes at the target.</param>
/// <param name="Copies">Of how many restore points there is something in it.</param>
/// <param name="Whole">How many of those are whole in it all the same.</param>
/// <param name="RemovedBy">The operation that is removing it.</param>
public sealed record SetAsideRepository(
    Guid Id,
    string Site,
    bool SitePurged,
    string Target,
    DateTimeOffset SetAsideAt,
    string? Fault,
    long Bytes,
    int Copies,
    int Whole,
    Guid? RemovedBy
);
