using HostingPanel.Domains;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Sites.Domains;

/// <summary>How host names stand, in words for staff and clients.</summary>
internal static class DomainWords
{
    /// <summary>What its chip says.</summary>
    public static (Tone Tone, string Text) StateOf(DomainView domain) =>
        domain switch
        {
            { Proof: DomainProof.Pending } => (Tone.Warn, "Not verified yet"),
            { IsServed: false } => (Tone.Busy, "Being put into service"),
            { StraysSince: not null } => (Tone.Warn, "Leads elsewhere"),
            { Proof: DomainProof.Given } => (Tone.Ok, "Given by the panel"),
            { Proof: DomainProof.Accepted } => (Tone.Ok, "Accepted"),
            { Proof: DomainProof.Address or DomainProof.Txt } => (Tone.Ok, "Verified"),
            _ => throw new InvalidOperationException($"A name with the proof {domain.Proof} has no word."),
        };

    /// <summary>What happens with visitors who come by it; null while it is not served.</summary>
    public static string? VisitorsOf(DomainView domain) =>
        !domain.IsServed ? null
        : domain.RedirectsTo is { } other ? $"Visitors are sent to {other}"
        : "The site answers";

    /// <summary>True while somebody has asked for a look that has not come yet, or one is to come any moment.</summary>
    public static bool IsBeingLookedAt(DomainView domain, DateTimeOffset now) =>
        domain.NextCheckAt <= now || (domain.CheckedAt is null && domain.NextCheckAt is not null);
}
