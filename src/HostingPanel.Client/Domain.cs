namespace HostingPanel.Client;

/// <summary>How it is known that a host name is a site's.</summary>
public enum DomainProof
{
    /// <summary>It is not known yet: the name is kept for the site for a week, and not served.</summary>
    Pending,

    /// <summary>The panel itself gave the name to the site.</summary>
    Given,

    /// <summary>Somebody of the provider's staff has said so.</summary>
    Accepted,

    /// <summary>Its addresses are the panel's.</summary>
    Address,

    /// <summary>Its zone holds the challenge.</summary>
    Txt,
}

/// <summary>What happens with visitors who come by another name than the primary one.</summary>
public enum AliasMode
{
    /// <summary>They are sent to the primary one (301), with path and query; not before that is known to lead here.</summary>
    Redirect,

    /// <summary>The site answers them under the name that they came by.</summary>
    Serve,
}

/// <summary>The host names of a site.</summary>
/// <param name="Aliases">What happens with visitors who come by another name than the primary one.</param>
/// <param name="PublicAddresses">The addresses that a name has to lead to; empty where the panel does not know its own: then only a TXT entry verifies.</param>
/// <param name="Items">The names, the primary one first.</param>
public sealed record SiteDomains(AliasMode Aliases, IReadOnlyList<string> PublicAddresses, IReadOnlyList<Domain> Items);

/// <summary>A host name of a site.</summary>
/// <param name="Host">In its normal form: lower case, punycode, no trailing dot; <c>*.</c> in front for all names one label below.</param>
/// <param name="Shown">In letters of any script.</param>
/// <param name="Primary">True for the one that the site calls itself by.</param>
/// <param name="Proof">How it is known that it is the site's.</param>
/// <param name="Served">True while the gateway serves it.</param>
/// <param name="RedirectsTo">The name that its visitors are sent to; null where the site itself answers.</param>
/// <param name="AddedAt">Since when.</param>
/// <param name="VerifiedAt">Since when it is known to be the site's.</param>
/// <param name="CheckedAt">When it was last looked at.</param>
/// <param name="NextCheckAt">When it is looked at next by itself.</param>
/// <param name="ReleasedAt">When it becomes free for others unless it is verified before; null once it is.</param>
/// <param name="Found">What the last look found, for people.</param>
/// <param name="StraysSince">Since when it leads elsewhere although it has led here. It is served all the same.</param>
/// <param name="Challenge">The entry that verifies it; null where none has to be set, and for who may only look.</param>
public sealed record Domain(
    string Host,
    string Shown,
    bool Primary,
    DomainProof Proof,
    bool Served,
    string? RedirectsTo,
    DateTimeOffset AddedAt,
    DateTimeOffset? VerifiedAt,
    DateTimeOffset? CheckedAt,
    DateTimeOffset? NextCheckAt,
    DateTimeOffset? ReleasedAt,
    string? Found,
    DateTimeOffset? StraysSince,
    DomainChallenge? Challenge
);

/// <summary>The TXT entry that proves whose a name is.</summary>
/// <param name="Name">The entry's name.</param>
/// <param name="Value">Its text.</param>
public sealed record DomainChallenge(string Name, string Value);

/// <summary>A name that a site is to have.</summary>
/// <param name="Host">The name; <c>*.</c> in front for all names one label below.</param>
/// <param name="WithTwin">True to take the one with or without “www.” as well; its visitors are sent to this one.</param>
/// <param name="Accept">True to serve it without asking whose it is: for the provider's staff.</param>
public sealed record AddDomainRequest(string? Host, bool? WithTwin = null, bool? Accept = null);

/// <summary>What happens with visitors who come by another name than the primary one.</summary>
/// <param name="Aliases">From now on.</param>
public sealed record SetAliasesRequest(AliasMode? Aliases);

/// <summary>The names of a site after a change.</summary>
/// <param name="Domains">All of them.</param>
/// <param name="Operation">What makes the change; null where nothing of the site itself changes.</param>
public sealed record DomainsChanged(SiteDomains Domains, Operation? Operation);
