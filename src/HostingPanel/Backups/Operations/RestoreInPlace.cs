using HostingPanel.Backups.InPlace;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Operations;

namespace HostingPanel.Backups.Operations;

/// <summary>
/// What a <see cref="RestoreInPlace"/> is about; it is what a <see cref="TakeBackup"/> and a restore are about as well, for it has both in it.
/// </summary>
/// <param name="RestorePointId">What is restored.</param>
/// <param name="RepositoryId">From which copy.</param>
/// <param name="Reason">Of the safety restore point.</param>
/// <param name="TargetIds">Where copies of that are to lie; none where none is taken.</param>
internal sealed record RestoreInPlaceArguments(
    Guid RestorePointId,
    Guid RepositoryId,
    RestorePointReason Reason,
    IReadOnlyList<Guid> TargetIds
);

/// <summary>
/// Gives a site the data of a restore point. First a safety restore point of it as it is; then everything is restored beside it, into new
/// volumes, and compared with the manifest while it goes on serving; then the two sets are exchanged behind a maintenance page. The old set
/// goes to the trash. Until the exchange nothing of the site is touched.
/// </summary>
internal sealed class RestoreInPlace(
    TakeBackup take,
    RestoreSteps restore,
    BesideServers servers,
    SwapSteps swaps,
    InPlaceSteps inPlace,
    InPlaceStore store,
    SiteStore sites,
    SiteSteps steps,
    ISwarm swarm
) : IOperationKind
{
    private const string Safety = "safety-";
    private const string Mend =
        "Nothing of the site was touched. If it is wrecked so that no safety restore point can be taken of it, restore it without one (withoutSafetyPoint): what it has now is kept in the trash all the same.";

    public string Kind => OperationKinds.RestoreInPlace;

    public int Budget => 2; // Each writes a whole site.

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var arguments = operation.ArgumentsAs<RestoreInPlaceArguments>();
        var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
        var work = await restore.WorkAsync(operation, cancellationToken);
        var manifest = work.Manifest;
        var plan = new List<Step> { inPlace.Check(operation), Ground(operation, "check") };
        if (arguments.TargetIds.Count > 0)
        {
            plan.AddRange((await take.PlanAsync(operation, cancellationToken)).Select(step => AsSafety(step, "ground")));
        }

        plan.Add(inPlace.Guard(operation, restore.MakeVolumes(operation, plan[^1].Name)));
        if (manifest.Databases.Count > 0)
        {
            plan.Add(restore.FetchDumps(operation, plan[^1].Name));
        }

        // One after the other: they write to the same disk.
        foreach (var volume in ReplacedVolume.Of(manifest, site).Where(volume => volume.Taken is not null))
        {
            plan.Add(restore.FetchVolume(operation, volume.Volume.Name, plan[^1].Name));
        }

        plan.Add(restore.CompareFiles(operation, plan[^1].Name));
        List<string> services = [.. manifest.Databases.Select(database => database.Service).Distinct(StringComparer.Ordinal)];
        if (services.Count > 0)
        {
            plan.AddRange(services.Select(service => servers.Start(operation, service, "files")));
            plan.Add(restore.LoadDatabases(operation, [.. services.Select(service => $"beside-{service}")]));
            plan.Add(servers.Release(operation, services, "load"));
        }

        plan.AddRange(swaps.Of(operation, site, operation.Id, SwapTo.Restored, SwapTo.Untouched, plan[^1].Name));
        if (site.Site.State == SiteState.Running)
        {
            plan.AddRange(restore.Rename(operation, work, plan[^1].Name));
        }

        plan.Add(
            inPlace.Settle(operation, operation.Id, isProof: site.Site.State == SiteState.Running, [.. plan.Select(step => step.Name)])
        );
        plan.Add(
            new Step(
                "tidy",
                "Tidy up",
                async (progress, token) =>
                {
                    await swaps.TryTidyAsync(site.Site.Id, operation.Id, SwapTo.Restored, progress, token);
                    await inPlace.TryTidyAsync(operation, progress, token);
                }
            )
            {
                After = ["settle"],
            }
        );
        return plan;
    }

    public async Task AbandonAsync(Operation operation, CancellationToken cancellationToken)
    {
        await take.AbandonAsync(operation, cancellationToken);
        await store.ForgetAsync(operation.Id, cancellationToken);
    }

    /// <summary>
    /// What a site has as long as it is one: mostly it is there. On a machine that a lost one's sites come back on nothing is, and what the
    /// site has does not go when a restore fails.
    /// </summary>
    private Step Ground(Operation operation, params string[] after) =>
        new(
            "ground",
            "See to its network and secrets",
            async (_, cancellationToken) =>
            {
                var site = await steps.LoadAsync(operation.SiteId!.Value, operation, cancellationToken);
                await swarm.EnsureNetworkAsync(site.Network, cancellationToken);
                await steps.EnsureSecretsAsync(site.Site.Id, operation, cancellationToken);
            }
        )
        {
            After = after,
        };

    /// <summary>A step of taking the safety restore point.</summary>
    private static Step AsSafety(Step step, string first) =>
        step with
        {
            Name = Safety + step.Name,
            Title = $"Safety restore point: {char.ToLowerInvariant(step.Title[0])}{step.Title[1..]}",
            After = step.After.Count == 0 ? [first] : [.. step.After.Select(name => Safety + name)],
            RunAsync = async (progress, cancellationToken) =>
            {
                try
                {
                    await step.RunAsync(progress, cancellationToken);
                }
                catch (StepFailedException failure)
                {
                    throw new StepFailedException(failure.Code, $"{failure.Message} {Mend}");
                }
                catch (PlatformException failure) when (!failure.IsPassing)
                {
                    throw new PlatformException(failure.Code, $"{failure.Message} {Mend}", failure);
                }
            },
        };
}
