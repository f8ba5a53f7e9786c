using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using HostingPanel.Docker;

namespace HostingPanel.Worker.Swarm;

/// <summary>
/// How services differed from their definitions when they were last compared. While neither of the two has changed, nor the ids that
/// networks and secrets have in the engine, they differ as they did: most looks find everything as the one before.
/// </summary>
internal sealed class DriftMemory
{
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>A fingerprint of the ids that specs name.</summary>
    public static string SurroundingsOf(IEnumerable<NetworkResponse> networks, IEnumerable<SwarmSecret> secrets)
    {
        var text = new StringBuilder();
        foreach (var network in networks.OrderBy(network => network.Id, StringComparer.Ordinal))
        {
            text.Append(network.Id).Append(' ').Append(network.Name).Append('\n');
        }

        foreach (var secret in secrets.OrderBy(secret => secret.Id, StringComparer.Ordinal))
        {
            text.Append(secret.Id).Append(' ').Append(secret.Spec.Name).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>What is remembered, or what the comparison says now.</summary>
    /// <param name="found">The service; the engine counts its version up with every change.</param>
    /// <param name="hash">The fingerprint of its definition.</param>
    /// <param name="surroundings">By <see cref="SurroundingsOf"/>.</param>
    /// <param name="compare">Compares them.</param>
    public IReadOnlyList<string> Of(SwarmService found, string hash, string surroundings, Func<IReadOnlyList<string>> compare)
    {
        if (
            _known.TryGetValue(found.Id, out var known)
            && (known.Version, known.Hash, known.Surroundings) == (found.Version.Index, hash, surroundings)
        )
        {
            return known.Drift;
        }

        var drift = compare();
        _known[found.Id] = new Known(found.Version.Index, hash, surroundings, drift);
        return drift;
    }

    /// <summary>Forgets services that there are no more.</summary>
    public void Forget(IEnumerable<SwarmService> services)
    {
        var present = services.Select(service => service.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _known.Keys.Where(id => !present.Contains(id)))
        {
            _known.TryRemove(gone, out _);
        }
    }

    private sealed record Known(ulong Version, string Hash, string Surroundings, IReadOnlyList<string> Drift);
}
