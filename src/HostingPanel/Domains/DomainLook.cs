using System.Net;
using HostingPanel.Platform;

namespace HostingPanel.Domains;

/// <summary>What a look at a name came to.</summary>
/// <param name="Proof">What it proves; null for nothing.</param>
/// <param name="LeadsHere">Whether its addresses are this machine's; null where nobody can tell.</param>
/// <param name="Found">What was found, for people.</param>
internal sealed record DomainLook(DomainProof? Proof, bool? LeadsHere, string Found)
{
    /// <summary>The answers in words.</summary>
    /// <param name="domain">The name.</param>
    /// <param name="addresses">Its addresses; nothing was asked of a wildcard.</param>
    /// <param name="texts">What stands where the challenge should.</param>
    /// <param name="here">The addresses of this machine.</param>
    public static DomainLook Of(Domain domain, DnsFinding? addresses, DnsFinding texts, IEnumerable<string> here)
    {
        var ours = here.Select(IPAddress.Parse).ToHashSet();
        var leadsHere = LeadsTo(addresses, ours);
        DomainProof? proof =
            domain.Challenge is { } challenge && texts.Values.Any(text => text.Trim() == challenge) ? DomainProof.Txt
            : leadsHere == true ? DomainProof.Address
            : null;
        string[] words = [.. AddressWords(addresses, leadsHere), .. TextWords(domain, texts, proof)];
        var found = string.Join(' ', words);
        return new DomainLook(proof, leadsHere, found.Length <= Domain.MaxFoundLength ? found : $"{found[..(Domain.MaxFoundLength - 1)]}…");
    }

    private static bool? LeadsTo(DnsFinding? addresses, HashSet<IPAddress> ours) =>
        ours.Count == 0 || addresses is null or { Fault: not null }
            ? null
            // All of them: a visitor who is sent elsewhere by chance sees another's site.
            : addresses.Values.Count > 0
                && addresses.Values.All(value => IPAddress.TryParse(value, out var address) && ours.Contains(address));

    private static IEnumerable<string> AddressWords(DnsFinding? addresses, bool? leadsHere) =>
        addresses switch
        {
            null => [],
            { Fault: { } fault } => [$"Its addresses can't be found out: {fault}"],
            { Values: [] } => ["It has no address."],
            _ =>
            [
                $"It leads to {string.Join(", ", addresses.Values.Order(StringComparer.Ordinal))}{(leadsHere == true ? ", which is here" : "")}.",
            ],
        };

    private static IEnumerable<string> TextWords(Domain domain, DnsFinding texts, DomainProof? proof)
    {
        if (domain.Challenge is null)
        {
            return [];
        }

        var name = HostName.ChallengePrefix + HostName.BaseOf(domain.Host);
        return proof == DomainProof.Txt
            ? [$"The TXT entry at {name} is right."]
            : texts switch
            {
                { Fault: { } fault } => [$"The TXT entry at {name} can't be read: {fault}"],
                { Values: [] } => [$"There is no TXT entry at {name}."],
                _ => [$"The TXT entry at {name} says something else."],
            };
    }
}
