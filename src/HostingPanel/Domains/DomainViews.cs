using HostingPanel.Operations;

namespace HostingPanel.Domains;

/// <summary>A host name of a site as it is shown.</summary>
/// <param name="Host">In its normal form.</param>
/// <param name="Shown">In letters of any script.</param>
/// <param name="IsPrimary">True for the one that the site calls itself by.</param>
/// <param name="IsGiven">True for what the panel itself has given: it needs no proof.</param>
/// <param name="Proof">How it is known that it is the site's.</param>
/// <param name="IsServed">True while the gateway serves it.</param>
/// <param name="RedirectsTo">The name that its visitors are sent to; null where the site itself answers.</param>
/// <param name="AddedAt">Since when.</param>
/// <param name="VerifiedAt">Since when it is known to be the site's.</param>
/// <param name="CheckedAt">When it was last looked at.</param>
/// <param name="NextCheckAt">When it is looked at next by itself.</param>
/// <param name="ReleasedAt">When it becomes free for others unless it is found to be the site's before; null once it is.</param>
/// <param name="Found">What the last look found, for people.</param>
/// <param name="StraysSince">Since when it leads elsewhere although it has led here.</param>
/// <param name="Challenge">What to set at the registrar; null where nothing has to be.</param>
public sealed record DomainView(
    string Host,
    string Shown,
    bool IsPrimary,
    bool IsGiven,
    DomainProof Proof,
    bool IsServed,
    string? RedirectsTo,
    DateTimeOffset AddedAt,
    DateTimeOffset? VerifiedAt,
    DateTimeOffset? CheckedAt,
    DateTimeOffset? NextCheckAt,
    DateTimeOffset? ReleasedAt,
    string? Found,
    DateTimeOffset? StraysSince,
    DomainChallenge? Challenge
)
{
    /// <summary>True for the name that its slug gives the site: it stays with it.</summary>
    public bool IsOwn { get; init; }

    /// <summary>True for a wildcard.</summary>
    public bool IsWildcard => HostName.IsWildcard(Host);

    /// <summary>True for one whose own spelling is not what people read.</summary>
    public bool IsInternational => Shown != Host;
}

/// <summary>The entry that proves whose a name is.</summary>
/// <param name="Name">The entry's name.</param>
/// <param name="Value">Its text.</param>
public sealed record DomainChallenge(string Name, string Value);

/// <summary>The host names of a site.</summary>
/// <param name="ServesAliases">True where the site answers to each of its names; false where visitors of the others are sent to the main one.</param>
/// <param name="PublicAddresses">The addresses that a name has to lead to; empty where the panel does not know its own.</param>
/// <param name="Items">The names, the primary one first.</param>
public sealed record SiteDomainsView(bool ServesAliases, IReadOnlyList<string> PublicAddresses, IReadOnlyList<DomainView> Items)
{
    /// <summary>A name of the site.</summary>
    public DomainView? Find(string host) => Items.FirstOrDefault(item => item.Host == host);
}

/// <summary>A name that a site is to have.</summary>
/// <param name="Host">The name; <c>*.</c> in front for all names one label below.</param>
/// <param name="WithTwin">True to take the one with or without “www.” as well; its visitors are sent to this one.</param>
/// <param name="IsAccepted">True to serve it without asking whose it is: for the provider's staff.</param>
public sealed record AddDomain(string? Host, bool WithTwin = false, bool IsAccepted = false);

/// <summary>The names of a site after a change.</summary>
/// <param name="Domains">All of them.</param>
/// <param name="Operation">What makes the change; null where nothing of the site itself changes.</param>
public sealed record DomainsChanged(SiteDomainsView Domains, OperationView? Operation);
