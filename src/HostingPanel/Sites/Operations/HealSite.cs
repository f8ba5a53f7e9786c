using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites.Reconciliation;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Sites.Operations;

/// <summary>
/// Brings a site in the engine back to what the database says: what is missing comes back, what has drifted is updated. Every step looks
/// first and leaves alone what is right. Nothing is undone: half mended is nearer than not at all.
/// </summary>
internal sealed class HealSite(
    SiteSteps steps,
    SiteStore store,
    ISwarm swarm,
    HealQueue queue,
    IDbContextFactory<PanelDbContext> contexts,
    TimeProvider time
) : IOperationKind
{
    private const string MovedOn = "site-moved-on";
    private const string HandsOff = "hands-off";
    private const string Cancelled = "cancelled";
    private static readonly TimeSpan ServiceTimeout = TimeSpan.FromMinutes(3);

    public string Kind => OperationKinds.HealSite;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.SiteId!.Value;
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var row = await context.Sites.AsNoTracking().SingleOrDefaultAsync(site => site.Id == id, cancellationToken);
            if (row is null || !SiteComparison.IsInEngine(row.State))
            {
                throw new StepFailedException(MovedOn, $"{operation.Target} is not in the engine any more: there is nothing to heal.");
            }

            if (row.HandsOffUntil > time.GetUtcNow())
            {
                throw new StepFailedException(HandsOff, $"{operation.Target} is left alone: {row.HandsOffReason}");
            }
        }

        var site = await store.LoadAsync(id, operation.Id, cancellationToken);
        string[] services = [.. site.Blueprint.Services.Select(service => NameOf(service.Name))];
        return
        [
            Look(id, operation),
            steps.Network(id, operation, "look") with
            {
                UndoAsync = null,
            },
            steps.Secrets(id, operation, "look") with
            {
                UndoAsync = null,
            },
            .. site.Blueprint.StartWaves().SelectMany(wave => wave).Select(service => Apply(id, operation, service)),
            steps.SetRoute(
                "route",
                "Let the gateway treat its visitors as it should",
                id,
                SiteComparison.RouteOf(site.Site),
                undoTo: null,
                services
            ) with
            {
                UndoAsync = null,
            },
            Verify(id, operation),
        ];
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) =>
        operation.ErrorCode is MovedOn or HandsOff
            ? Task.CompletedTask
            : queue.FailedAsync(
                operation.SiteId!.Value,
                operation.ErrorCode ?? Cancelled,
                operation.ErrorMessage ?? "The repair was broken off.",
                cancellationToken
            );

    private static string NameOf(string service) => $"apply-{service}";

    private Step Look(Guid id, Operation operation) =>
        new(
            "look",
            "See what is wrong",
            async (progress, cancellationToken) =>
            {
                var findings = await FindAsync(id, operation, cancellationToken);
                await progress.LogAsync(
                    findings.Count == 0 ? ["Everything is as it should be (by now)."] : [.. findings.Select(finding => finding.Message)]
                );
                if (findings.FirstOrDefault(finding => finding.Obstacle is not null) is { Obstacle: { } code } obstacle)
                {
                    throw new StepFailedException(code, obstacle.Message);
                }

                await progress.ReportAsync(findings.Count == 1 ? "1 thing to mend" : $"{findings.Count} things to mend");
            }
        );

    /// <summary>A repair that leaves everything as it was would be tried again at once, and again.</summary>
    private Step Verify(Guid id, Operation operation) =>
        new(
            "verify",
            "See whether all is well",
            async (_, cancellationToken) =>
            {
                if (await FindAsync(id, operation, cancellationToken) is [var left, ..])
                {
                    throw new StepFailedException("not-healed", $"It is still not as it should be. {left.Message}");
                }

                await queue.SucceededAsync(id, cancellationToken);
            }
        )
        {
            After = ["route"],
        };

    private async Task<IReadOnlyList<Finding>> FindAsync(Guid id, Operation operation, CancellationToken cancellationToken)
    {
        var engine = await swarm.SnapshotAsync(cancellationToken);
        var site = await steps.LoadAsync(id, operation, cancellationToken);
        return SiteComparison.Of(site, engine, SiteComparison.RestingOf(site.Site, time.GetUtcNow()));
    }

    private Step Apply(Guid id, Operation operation, BlueprintService service)
    {
        var isRetry = false;
        return new Step(
            NameOf(service.Name),
            $"Bring {service.Name} in line",
            async (progress, cancellationToken) =>
            {
                var site = await steps.LoadAsync(id, operation, cancellationToken);
                if (isRetry)
                {
                    // Somebody is still at it: what it stands on was there a moment ago.
                    await swarm.EnsureNetworkAsync(site.Network, cancellationToken);
                    await steps.EnsureSecretsAsync(id, operation, cancellationToken);
                }

                isRetry = true;
                var rests = SiteComparison.RestingOf(site.Site, time.GetUtcNow()).Contains(service.Name);
                var definition = site.Service(service.Name, SiteComparison.ReplicasOf(site.Site, rests));
                await swarm.ApplyServiceAsync(definition, cancellationToken);
                await swarm.WaitForServiceAsync(definition, ServiceTimeout, cancellationToken);
                await progress.ReportAsync(definition.Replicas == 0 ? "stopped" : "runs as it should");
            }
        )
        {
            After = ["network", "secrets", .. service.After.Select(NameOf)],
            Timeout = ServiceTimeout + TimeSpan.FromSeconds(30),
            MayRetry = static failure =>
                failure
                    is PlatformException { IsPassing: true }
                        or PlatformException { Code: "network-missing" or "secret-missing" or "service-missing" },
        };
    }
}
