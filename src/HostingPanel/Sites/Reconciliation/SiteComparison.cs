using HostingPanel.Platform;

namespace HostingPanel.Sites.Reconciliation;

/// <summary>Compares a site as the database wants it with the engine. Pure.</summary>
internal static class SiteComparison
{
    /// <summary>Whether a site in this state has anything in the engine but volumes.</summary>
    public static bool IsInEngine(SiteState state) => state is SiteState.Running or SiteState.Stopped;

    /// <summary>How many containers a service should have: none when its site is stopped, or while it rests after crashes.</summary>
    public static int ReplicasOf(Site site, bool rests) => site.State == SiteState.Running && !rests ? 1 : 0;

    /// <summary>The services that are kept stopped because they crashed again and again.</summary>
    public static IReadOnlySet<string> RestingOf(Site site, DateTimeOffset now) =>
        site.Services.Where(service => service.RestsUntil > now).Select(service => service.Name).ToHashSet(StringComparer.Ordinal);

    /// <summary>What the gateway should do with the visitors of a site that has settled.</summary>
    public static RouteMode RouteOf(Site site) => site.State == SiteState.Running ? RouteMode.Serve : RouteMode.Stopped;

    /// <summary>Everything that is not as it should be, in the order in which it has to be mended.</summary>
    /// <param name="site">A site that is running or stopped.</param>
    /// <param name="engine">What there is.</param>
    /// <param name="resting">The services that are kept stopped.</param>
    public static IReadOnlyList<Finding> Of(SiteAssembly site, SwarmSnapshot engine, IReadOnlySet<string> resting)
    {
        var findings = new List<Finding>();
        findings.AddRange(Network(site, engine));
        var secrets = Secrets(site, engine).ToList();
        findings.AddRange(secrets);
        findings.AddRange(Volumes(site, engine));
        // Without its row a secret has no name yet, and a service that wants it can't even be described.
        if (secrets.All(secret => secret.Name.Length > 0))
        {
            findings.AddRange(site.Blueprint.Services.Select(service => Service(site, service.Name, engine, resting)).OfType<Finding>());
        }

        if (site.Site.Route != RouteOf(site.Site))
        {
            findings.Add(
                new Finding(FindingKind.Drifted, "route", site.Site.Slug, "The gateway does not treat its visitors as it should.")
            );
        }

        return findings;
    }

    private static IEnumerable<Finding> Network(SiteAssembly site, SwarmSnapshot engine)
    {
        var network = site.Network;
        if (engine.Find(EngineKind.Network, network.Name) is not { } found)
        {
            yield return Missing("network", network.Name);
        }
        else if (found.SiteId != site.Site.Id)
        {
            yield return Foreign(site, "network", network.Name);
        }
        else if (engine.DriftOf(network) is { Count: > 0 } drift)
        {
            yield return new Finding(
                FindingKind.Drifted,
                "network",
                network.Name,
                $"The network {network.Name} has another {string.Join(", ", drift)} than the site was given. Move the site to the trash and take it out again, which makes it anew."
            )
            {
                Obstacle = "network-differs",
                Services = AllServices(site),
            };
        }
    }

    private static IEnumerable<Finding> Secrets(SiteAssembly site, SwarmSnapshot engine)
    {
        var known = site.Site.Secrets.Select(secret => secret.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var unmade in site.Blueprint.AllSecrets().Where(secret => !known.Contains(secret.Name)))
        {
            yield return new Finding(FindingKind.Missing, "secret", string.Empty, $"The site has no secret {unmade.Name} yet.");
        }

        foreach (var name in known.Order(StringComparer.Ordinal).Select(site.SecretName))
        {
            if (engine.Find(EngineKind.Secret, name) is not { } found)
            {
                yield return Missing("secret", name);
            }
            else if (found.SiteId != site.Site.Id)
            {
                yield return Foreign(site, "secret", name);
            }
        }
    }

    private static IEnumerable<Finding> Volumes(SiteAssembly site, SwarmSnapshot engine)
    {
        foreach (var recipe in site.Blueprint.Volumes)
        {
            var volume = site.Volume(recipe.Name);
            var found = engine.Find(EngineKind.Volume, volume.Name);
            if (found?.VolumeId != volume.Identity)
            {
                var (kind, code, message) = found is null
                    ? (
                        FindingKind.Missing,
                        "volume-missing",
                        $"The volume {volume.Name} is not in the engine. It is never made anew, because it would be empty: put it back, or restore it."
                    )
                    : (
                        FindingKind.Foreign,
                        "volume-not-ours",
                        $"The volume {volume.Name} in the engine is not the one that this site was given. Nothing is started on it."
                    );
                yield return new Finding(kind, "volume", volume.Name, message)
                {
                    Obstacle = code,
                    Services =
                    [
                        .. site
                            .Blueprint.Services.Where(service => service.Mounts.Any(mount => mount.Volume == recipe.Name))
                            .Select(service => service.Name),
                    ],
                };
            }
        }
    }

    private static Finding? Service(SiteAssembly site, string service, SwarmSnapshot engine, IReadOnlySet<string> resting)
    {
        var definition = site.Service(service, ReplicasOf(site.Site, resting.Contains(service)));
        if (!engine.Services.TryGetValue(definition.Name, out var found))
        {
            return Missing("service", definition.Name);
        }

        if (found.SiteId != site.Site.Id)
        {
            return Foreign(site, "service", definition.Name) with { Services = [service] };
        }

        return engine.DriftOf(definition) is { Count: > 0 } drift
            ? new Finding(
                FindingKind.Drifted,
                "service",
                definition.Name,
                $"The service {definition.Name} is not as it should be: {string.Join(", ", drift)}."
            )
            : null;
    }

    private static Finding Missing(string what, string name) =>
        new(FindingKind.Missing, what, name, $"The {what} {name} is not in the engine.");

    private static Finding Foreign(SiteAssembly site, string what, string name) =>
        new(
            FindingKind.Foreign,
            what,
            name,
            $"The {what} {name} in the engine carries another site's label. Remove it there; the panel then makes the right one."
        )
        {
            Obstacle = "name-taken-in-engine",
            Services = AllServices(site),
        };

    private static IReadOnlyList<string> AllServices(SiteAssembly site) => [.. site.Blueprint.Services.Select(service => service.Name)];
}
