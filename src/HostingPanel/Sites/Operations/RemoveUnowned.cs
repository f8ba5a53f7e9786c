using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites.Reconciliation;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites.Operations;

/// <summary>What is to be removed.</summary>
internal sealed record RemoveUnownedArguments(Guid ThingId);

/// <summary>Removes a thing from the engine that is still nobody's when it is this operation's turn. Never a volume.</summary>
internal sealed class RemoveUnowned(
    ISwarm swarm,
    IDbContextFactory<PanelDbContext> contexts,
    IOptions<PanelOptions> options,
    TimeProvider time
) : IOperationKind
{
    private readonly SiteNames _names = new(options.Value);

    public string Kind => OperationKinds.RemoveUnowned;

    public Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.ArgumentsAs<RemoveUnownedArguments>().ThingId;
        return Task.FromResult<IReadOnlyList<Step>>([
            // A service is gone when its containers are, and a database may take its minute to stop.
            new Step("remove", "Remove it if it is still nobody's", (progress, token) => RemoveAsync(id, progress, token)),
        ]);
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task RemoveAsync(Guid id, StepProgress progress, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var panel = await SitesAtOnce.ReadAsync(context, time.GetStoredNow(), cancellationToken);
        if (panel.Unowned.SingleOrDefault(row => row.Id == id) is not { } row)
        {
            await progress.ReportAsync("It has gone, or has an owner, since.");
            return;
        }

        var engine = await swarm.SnapshotAsync(cancellationToken);
        if (engine.Things.FirstOrDefault(thing => (thing.Kind, thing.Id) == (row.Kind, row.EngineId)) is { } thing)
        {
            var owners = new EngineOwners(panel.Sites, panel.Volumes, panel.Operations, _names);
            if (owners.WhyUnowned(thing, time.GetUtcNow()) is null)
            {
                throw new StepFailedException("has-an-owner", $"{row.Name} belongs to something by now. Nothing was touched.");
            }

            await RemoveAsync(thing, cancellationToken);
            await progress.LogAsync([$"Removed the {thing.Kind.ToString().ToLowerInvariant()} {thing.Name} ({thing.Id})."]);
        }

        // A look at the engine may have found it gone meanwhile, and the row with it.
        await context.UnownedThings.Where(there => there.Id == id).ExecuteDeleteAsync(cancellationToken);
    }

    private Task RemoveAsync(EngineThing thing, CancellationToken cancellationToken) =>
        thing.Kind switch
        {
            EngineKind.Service or EngineKind.Job => swarm.RemoveServiceAsync(thing.Name, cancellationToken),
            EngineKind.Network => swarm.RemoveNetworkAsync(thing.Name, cancellationToken),
            EngineKind.Secret => swarm.RemoveSecretAsync(thing.Name, cancellationToken),
            EngineKind.Container => swarm.RemoveContainerAsync(thing.Id, cancellationToken),
            EngineKind.Volume => throw new StepFailedException(
                "volume-not-removed",
                "A volume is never removed because nobody seems to own it."
            ),
            _ => throw new InvalidOperationException($"How a {thing.Kind} is removed is not written down."),
        };
}
