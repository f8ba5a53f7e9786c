using HostingPanel.Platform;

namespace HostingPanel.Sites.Reconciliation;

/// <summary>What one look at one site leads to. Pure.</summary>
internal sealed record SiteDecision
{
    /// <summary>After a back-off the patience with crashes is shorter.</summary>
    private const int CrashLimitAfterTrouble = 3;

    /// <summary>How its services are now, by name.</summary>
    public required IReadOnlyDictionary<string, ServiceHealth> Health { get; init; }

    /// <summary>What is not as it should be; empty for a site that is left alone.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>True when a repair is to be queued now.</summary>
    public bool IsHealWanted { get; init; }

    /// <summary>False when that repair only lets a service rest: no attempt to get it running.</summary>
    public bool CountsAsAttempt { get; init; }

    /// <summary>The trouble that is to be written down; null where nothing changes about it.</summary>
    public NewTrouble? Trouble { get; init; }

    /// <summary>True when all is well and a trouble, if there was one, is over.</summary>
    public bool IsTroubleOver { get; init; }

    /// <summary>When something follows from nothing but time.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <param name="site">The site.</param>
    /// <param name="assemble">Makes its definitions; may refuse.</param>
    /// <param name="trouble">Its trouble up to now.</param>
    /// <param name="engine">What there is.</param>
    /// <param name="isFree">False for a site that something is being done to, or that somebody keeps hands off.</param>
    /// <param name="now">The time.</param>
    public static SiteDecision Of(
        Site site,
        Func<SiteAssembly> assemble,
        SiteTrouble? trouble,
        SwarmSnapshot engine,
        bool isFree,
        DateTimeOffset now
    )
    {
        if (!isFree || !SiteComparison.IsInEngine(site.State))
        {
            return Describe(HealthOf(site, [], engine, now));
        }

        IReadOnlyList<Finding> findings;
        SiteAssembly assembly;
        try
        {
            assembly = assemble();
            findings = SiteComparison.Of(assembly, engine, SiteComparison.RestingOf(site, now));
        }
        catch (PlatformException broken)
        {
            // One site that can't be described must not keep the others from being mended.
            var told = new NewTrouble(broken.Code, broken.Message, NotBefore: null, trouble?.Attempts ?? 0);
            return Describe(HealthOf(site, [], engine, now)) with { Trouble = told };
        }

        var health = HealthOf(site, findings, engine, now);
        return LetRest(site, assembly, trouble, engine, health, now) ?? Decide(site, trouble, findings, health, now);
    }

    /// <summary>Stops what crashes again and again for a while; null where nothing does.</summary>
    private static SiteDecision? LetRest(
        Site site,
        SiteAssembly assembly,
        SiteTrouble? trouble,
        SwarmSnapshot engine,
        Dictionary<string, ServiceHealth> health,
        DateTimeOffset now
    )
    {
        var limit = trouble?.Attempts > 0 ? CrashLimitAfterTrouble : ServiceHealth.CrashLimit;
        var crashing = health.Where(service => service.Value.Crashes >= limit && service.Value.RestsUntil is null).ToList();
        if (crashing.Count == 0 || site.State != SiteState.Running)
        {
            return null;
        }

        var attempts = (trouble?.Attempts ?? 0) + 1;
        var until = now + BackOff.After(attempts);
        foreach (var (name, service) in crashing)
        {
            health[name] = service.Rest(until);
        }

        var why = crashing.Select(service =>
            $"{service.Key} crashed {service.Value.Crashes} times in a row. {service.Value.Reason?.Message}".TrimEnd()
        );
        var resting = SiteComparison
            .RestingOf(site, now)
            .Union(crashing.Select(service => service.Key), StringComparer.Ordinal)
            .ToHashSet(StringComparer.Ordinal);
        return Describe(health) with
        {
            Findings = SiteComparison.Of(assembly, engine, resting),
            IsHealWanted = true,
            Trouble = new NewTrouble(SiteTrouble.CrashLoop, string.Join(' ', why), until, attempts),
        };
    }

    private static SiteDecision Decide(
        Site site,
        SiteTrouble? trouble,
        IReadOnlyList<Finding> findings,
        Dictionary<string, ServiceHealth> health,
        DateTimeOffset now
    )
    {
        var described = Describe(health) with { Findings = findings };
        if (findings.FirstOrDefault(finding => finding.Obstacle is not null) is { Obstacle: { } code } obstacle)
        {
            // Nothing to try before somebody has done something about it; when that is done it is tried at once.
            return described with { Trouble = new NewTrouble(code, obstacle.Message, NotBefore: null, trouble?.Attempts ?? 0) };
        }

        if (findings.Count > 0)
        {
            return trouble?.NotBefore > now
                ? described with
                {
                    NextDue = Earlier(described.NextDue, trouble.NotBefore),
                }
                : described with
                {
                    IsHealWanted = true,
                    CountsAsAttempt = true,
                };
        }

        var isWell =
            site.State != SiteState.Running || health.Values.All(service => service is { Running: > 0, Crashes: 0, RestsUntil: null });
        return described with { IsTroubleOver = isWell };
    }

    private static Dictionary<string, ServiceHealth> HealthOf(
        Site site,
        IReadOnlyList<Finding> findings,
        SwarmSnapshot engine,
        DateTimeOffset now
    )
    {
        return site.Services.ToDictionary(
            service => service.Name,
            service =>
            {
                var seen = engine.ServicesOf(site.Id).FirstOrDefault(seen => seen.Service == service.Name);
                // During an operation the engine's own figure tells what is wanted just now.
                var isWanted = site.State == SiteState.Running ? !(service.RestsUntil > now) && seen?.Replicas != 0 : seen?.Replicas > 0;
                var obstacle = findings.FirstOrDefault(finding =>
                    finding.Obstacle is not null && finding.Services.Contains(service.Name, StringComparer.Ordinal)
                );
                return ServiceHealth
                    .Of(service)
                    .Next(seen, isWanted, obstacle is null ? null : new EngineReason(obstacle.Obstacle!, obstacle.Message), now);
            },
            StringComparer.Ordinal
        );
    }

    private static SiteDecision Describe(Dictionary<string, ServiceHealth> health) =>
        new() { Health = health, NextDue = health.Values.Select(service => service.NextDue()).Min() };

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}

/// <summary>A trouble as it is to be written down.</summary>
internal sealed record NewTrouble(string Code, string Message, DateTimeOffset? NotBefore, int Attempts);
