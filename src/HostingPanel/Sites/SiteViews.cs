using HostingPanel.Operations;

namespace HostingPanel.Sites;

/// <summary>A site as it is shown.</summary>
/// <param name="Slug">Its short name.</param>
/// <param name="Organisation">Its organisation's slug.</param>
/// <param name="OrganisationName">Its organisation's name.</param>
/// <param name="Blueprint">The name of its blueprint.</param>
/// <param name="BlueprintVersion">The blueprint's version that it was made from.</param>
/// <param name="Title">Its title.</param>
/// <param name="AdminEmail">Its administrator's address.</param>
/// <param name="Environment">What it is for.</param>
/// <param name="State">Where it has settled.</param>
/// <param name="Url">Its public address.</param>
/// <param name="Domains">Its host names, the primary one first.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="TrashedAt">Since when it is in the trash.</param>
/// <param name="AdminLink">Where its administrator sets a password, once; null when there is none or it has expired.</param>
/// <param name="AdminLinkExpiresAt">Until when <paramref name="AdminLink"/> works.</param>
/// <param name="ActiveOperation">What is being done to it at the moment.</param>
/// <param name="Trouble">What keeps it from being as it should be; null when nothing does.</param>
/// <param name="HandsOff">Who keeps the panel from mending it by itself; null when nobody does.</param>
/// <param name="StoppedReason">Why the panel stopped it by itself, with the mend; null for one that a person stopped, or that is not stopped.</param>
public sealed record SiteView(
    string Slug,
    string Organisation,
    string OrganisationName,
    string Blueprint,
    int BlueprintVersion,
    string Title,
    string AdminEmail,
    SiteEnvironment Environment,
    SiteState State,
    string Url,
    IReadOnlyList<string> Domains,
    DateTimeOffset CreatedAt,
    DateTimeOffset? TrashedAt,
    string? AdminLink,
    DateTimeOffset? AdminLinkExpiresAt,
    ActiveOperationView? ActiveOperation,
    SiteTroubleView? Trouble = null,
    HandsOffView? HandsOff = null,
    string? StoppedReason = null
);

/// <summary>What keeps a site from being as it should be.</summary>
/// <param name="Code">A stable word.</param>
/// <param name="Message">For people, with the mend.</param>
/// <param name="Since">Since when.</param>
/// <param name="NextTryAt">When the panel tries again by itself; null when it waits until somebody has done something about it.</param>
public sealed record SiteTroubleView(string Code, string Message, DateTimeOffset Since, DateTimeOffset? NextTryAt);

/// <summary>A site that the panel leaves alone because somebody works on it.</summary>
/// <param name="Reason">Why.</param>
/// <param name="By">Who said so.</param>
/// <param name="Since">Since when.</param>
/// <param name="Until">When it ends by itself.</param>
public sealed record HandsOffView(string Reason, string By, DateTimeOffset Since, DateTimeOffset Until);

/// <summary>What is being done to a site.</summary>
/// <param name="Id">The operation.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Title">Its kind, for people.</param>
public sealed record ActiveOperationView(Guid Id, string Kind, string Title);

/// <summary>A service of a site: what it should be, and how the engine last showed it.</summary>
/// <param name="Name">Its name in the blueprint.</param>
/// <param name="EngineName">Its name in the engine.</param>
/// <param name="Image">The reference of its release.</param>
/// <param name="IsFront">True for the one that answers visitors.</param>
/// <param name="Running">How many containers ran.</param>
/// <param name="State">The newest container's state in the engine's words.</param>
/// <param name="Message">Why it does not run.</param>
/// <param name="Node">Where it runs.</param>
/// <param name="ObservedAt">Since when it is so; null while it was never seen.</param>
/// <param name="Reason">Why it does not run although it should; null when it does, and for as long as starting may take.</param>
/// <param name="RestsUntil">Until when it is kept stopped because it crashed again and again.</param>
/// <param name="Limits">What its containers may use: what the blueprint asks for, within the plan; null where the blueprint has gone.</param>
/// <param name="RunsWith">The same as read back from the engine, 0 for what is not limited; null while nothing of it runs.</param>
public sealed record SiteServiceView(
    string Name,
    string EngineName,
    string Image,
    bool IsFront,
    int Running,
    string State,
    string? Message,
    string? Node,
    DateTimeOffset? ObservedAt,
    ServiceReasonView? Reason = null,
    DateTimeOffset? RestsUntil = null,
    ServiceLimitsView? Limits = null,
    ServiceLimitsView? RunsWith = null
);

/// <summary>What a container may use.</summary>
/// <param name="Cpus">Processors, in fractions.</param>
/// <param name="MemoryBytes">Memory; above it the container is killed.</param>
/// <param name="Pids">Processes and threads.</param>
public sealed record ServiceLimitsView(decimal Cpus, long MemoryBytes, int Pids);

/// <summary>Why a service does not run.</summary>
/// <param name="Code">A stable word.</param>
/// <param name="Message">For people, with the mend where there is one.</param>
/// <param name="Since">Since when.</param>
public sealed record ServiceReasonView(string Code, string Message, DateTimeOffset Since);

/// <summary>What a new site is.</summary>
/// <param name="Slug">Its short name; unique in the whole panel.</param>
/// <param name="Organisation">Its organisation's slug.</param>
/// <param name="Blueprint">The name of its blueprint.</param>
/// <param name="Title">Its title.</param>
/// <param name="AdminEmail">Its administrator's address.</param>
/// <param name="Domains">Host names beside <c>&lt;slug&gt;.&lt;sites' domain&gt;</c>; the first becomes the primary one.</param>
/// <param name="CodeUpload">The uploaded archive of its code, for blueprints that want one.</param>
public sealed record CreateSite(
    string? Slug,
    string? Organisation,
    string? Blueprint,
    string? Title,
    string? AdminEmail,
    IReadOnlyList<string>? Domains = null,
    Guid? CodeUpload = null
);

/// <summary>What changes about a site; null leaves a thing as it is.</summary>
/// <param name="Title">Its title.</param>
/// <param name="AdminEmail">Its administrator's address.</param>
/// <param name="RunsCron">Whether its scheduled tasks run by their schedules.</param>
public sealed record UpdateSite(string? Title, string? AdminEmail, bool? RunsCron = null);

/// <summary>A site with the operation that was started for it.</summary>
public sealed record AcceptedSite(SiteView Site, OperationView Operation);

/// <summary>Which sites are wanted.</summary>
/// <param name="Organisation">Only those of this organisation.</param>
/// <param name="Search">Only those with this text in slug, title or a host name.</param>
/// <param name="Trashed">True for those in the trash, false for the others, null for both.</param>
public sealed record SiteFilter(string? Organisation = null, string? Search = null, bool? Trashed = null);

/// <summary>What can be asked of a site.</summary>
public enum SiteAction
{
    /// <summary>Switch on; a site whose provisioning failed is provisioned again.</summary>
    Start,

    /// <summary>Switch off.</summary>
    Stop,

    /// <summary>Replace its containers.</summary>
    Restart,

    /// <summary>Move to the trash; its volumes are kept.</summary>
    Trash,

    /// <summary>Take out of the trash.</summary>
    Untrash,

    /// <summary>Delete for good, with its volumes; only from the trash.</summary>
    Purge,

    /// <summary>Remove every container and see what comes back: a disposability drill.</summary>
    Drill,
}
