namespace HostingPanel.Client;

/// <summary>Where a site has settled. While an operation moves it, the operation tells more.</summary>
public enum SiteState
{
    /// <summary>Its provisioning has not ended yet.</summary>
    New,

    /// <summary>Its provisioning failed and was undone.</summary>
    Failed,

    /// <summary>It answers its visitors.</summary>
    Running,

    /// <summary>It is switched off.</summary>
    Stopped,

    /// <summary>It is in the trash; its volumes are kept.</summary>
    Trashed,
}

/// <summary>What a site is for.</summary>
public enum SiteEnvironment
{
    /// <summary>For the public.</summary>
    Live,

    /// <summary>A copy to try things on.</summary>
    Staging,

    /// <summary>A restore point booted as a sealed scratch site.</summary>
    Drill,
}

/// <summary>A site.</summary>
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
/// <param name="AdminLink">Where its administrator sets a password, once. Only when one site is asked for, and only while it works.</param>
/// <param name="AdminLinkExpiresAt">Until when the link works.</param>
/// <param name="ActiveOperation">What is being done to it at the moment.</param>
/// <param name="Trouble">What keeps it from being as it should be; null when nothing does.</param>
/// <param name="HandsOff">Who keeps the panel from mending it by itself; null when nobody does.</param>
/// <param name="StoppedReason">Why the panel stopped it by itself, with the mend; null for one that a person stopped, or that is not stopped.</param>
public sealed record Site(
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
    ActiveOperation? ActiveOperation,
    SiteTrouble? Trouble = null,
    HandsOff? HandsOff = null,
    string? StoppedReason = null
);

/// <summary>What keeps a site from being as it should be.</summary>
/// <param name="Code">A stable word, such as <c>image-missing</c>.</param>
/// <param name="Message">For people, with the mend where there is one.</param>
/// <param name="Since">Since when.</param>
/// <param name="NextTryAt">When the panel tries again by itself; null when it waits for something to change.</param>
public sealed record SiteTrouble(string Code, string Message, DateTimeOffset Since, DateTimeOffset? NextTryAt);

/// <summary>A site that the panel leaves alone because somebody works on it.</summary>
/// <param name="Reason">Why.</param>
/// <param name="By">Who said so.</param>
/// <param name="Since">Since when.</param>
/// <param name="Until">When it ends by itself.</param>
public sealed record HandsOff(string Reason, string By, DateTimeOffset Since, DateTimeOffset Until);

/// <summary>Asks the panel to leave a site alone.</summary>
/// <param name="Reason">Why, for the others.</param>
/// <param name="Until">When it ends by itself, at most a week from now.</param>
public sealed record HandsOffRequest(string? Reason, DateTimeOffset? Until);

/// <summary>What is being done to a site.</summary>
/// <param name="Id">The operation.</param>
/// <param name="Kind">Its kind, such as <c>provision-site</c>.</param>
/// <param name="Title">Its kind, for people.</param>
public sealed record ActiveOperation(Guid Id, string Kind, string Title);

/// <summary>What a new site is.</summary>
/// <param name="Slug">Its short name: lower-case letters, digits, single hyphens; unique in the whole panel.</param>
/// <param name="Organisation">Its organisation's slug.</param>
/// <param name="Blueprint">The name of its blueprint.</param>
/// <param name="Title">Its title.</param>
/// <param name="AdminEmail">Its administrator's address.</param>
/// <param name="Domains">Host names beside the one made from the slug; the first becomes the primary one.</param>
/// <param name="CodeUpload">The uploaded archive of its code, for blueprints that want one.</param>
public sealed record CreateSiteRequest(
    string? Slug,
    string? Organisation,
    string? Blueprint,
    string? Title,
    string? AdminEmail,
    IReadOnlyList<string>? Domains = null,
    Guid? CodeUpload = null
);

/// <summary>What changes about a site; what is absent stays.</summary>
/// <param name="Title">Its title.</param>
/// <param name="AdminEmail">Its administrator's address.</param>
/// <param name="RunsCron">Whether its scheduled tasks run by their schedules. Off for a site that was restored beside the one it comes from.</param>
public sealed record UpdateSiteRequest(string? Title = null, string? AdminEmail = null, bool? RunsCron = null);

/// <summary>A service of a site: what it should be, and how the engine last showed it.</summary>
/// <param name="Name">Its name in the blueprint.</param>
/// <param name="EngineName">Its name in the engine.</param>
/// <param name="Image">The reference of its release.</param>
/// <param name="Front">True for the one that answers visitors.</param>
/// <param name="Running">How many containers ran.</param>
/// <param name="State">The newest container's state in the engine's words.</param>
/// <param name="Message">Why it does not run.</param>
/// <param name="Node">Where it runs.</param>
/// <param name="ObservedAt">Since when it is so; null when it was never seen.</param>
/// <param name="Reason">Why it does not run although it should; null when it does, and for the 30 s that starting may take.</param>
/// <param name="ReasonSince">Since when that is so.</param>
/// <param name="RestsUntil">Until when it is kept stopped because it crashed again and again.</param>
/// <param name="Limits">What its containers may use: what the blueprint asks for, within the plan; null where the blueprint has gone.</param>
/// <param name="RunsWith">The same as read back from the engine, 0 for what is not limited; null while nothing of it runs. What differs is mended.</param>
public sealed record SiteService(
    string Name,
    string EngineName,
    string Image,
    bool Front,
    int Running,
    string State,
    string? Message,
    string? Node,
    DateTimeOffset? ObservedAt,
    Reason? Reason = null,
    DateTimeOffset? ReasonSince = null,
    DateTimeOffset? RestsUntil = null,
    ServiceLimits? Limits = null,
    ServiceLimits? RunsWith = null
);

/// <summary>What a container may use.</summary>
/// <param name="Cpus">Processors, in fractions.</param>
/// <param name="MemoryBytes">Memory; above it the container is killed.</param>
/// <param name="Pids">Processes and threads.</param>
public sealed record ServiceLimits(decimal Cpus, long MemoryBytes, int Pids);

/// <summary>A line that a container wrote. It is the site's own text: nobody has made it harmless.</summary>
/// <param name="At">When; null where the engine does not say.</param>
/// <param name="Error">True for its error output.</param>
/// <param name="Text">What, without the line's end.</param>
public sealed record LogLine(DateTimeOffset? At, bool Error, string Text);

/// <summary>A way into a site's own administration, on its way.</summary>
/// <param name="Operation">What makes it good.</param>
/// <param name="Link">Logs in whoever opens it first, once, within ten minutes of the operation's success; told once.</param>
public sealed record AcceptedLoginLink(Operation Operation, string? Link);

/// <summary>A kind of site that can be made.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Counts up when the recipe changes.</param>
/// <param name="Title">Its title.</param>
/// <param name="Summary">What it is, in a sentence.</param>
/// <param name="NeedsArchive">True when its code comes from an archive that is uploaded first.</param>
public sealed record Blueprint(string Name, int Version, string Title, string Summary, bool NeedsArchive);

/// <summary>An archive that waits to become a site's code.</summary>
/// <param name="Id">What a new site's <c>codeUpload</c> names.</param>
/// <param name="FileName">Its name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its checksum, as lower-case hex.</param>
public sealed record Upload(Guid Id, string FileName, long Bytes, string Sha256);
