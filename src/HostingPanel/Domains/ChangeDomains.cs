using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Operations;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Domains;

/// <summary>What changes about a site's names.</summary>
internal sealed record ChangeDomainsArguments
{
    /// <summary>Names that are served from now on.</summary>
    public IReadOnlyList<string> Serve { get; init; } = [];

    /// <summary>Names that go.</summary>
    public IReadOnlyList<string> Remove { get; init; } = [];

    /// <summary>The name that the site calls itself by from now on; null for the present one.</summary>
    public string? Primary { get; init; }

    /// <summary>The name that it called itself by before.</summary>
    public string? FormerPrimary { get; init; }

    /// <summary>Whether it answers to each of its names from now on; null for as it is.</summary>
    public bool? ServesAliases { get; init; }
}

/// <summary>
/// Changes the names of a site: its containers are told first, each replaced by a new one that runs before the old one goes, then its
/// application where it calls itself otherwise now, then the gateway. When that fails, everything goes back to the names of before; the
/// rows say which those are, so one undo does it from whatever point.
/// </summary>
internal sealed class ChangeDomains(
    SiteSteps steps,
    SiteStore sites,
    ISwarm swarm,
    RoutePublisher routes,
    SiteNaming naming,
    IDbContextFactory<PanelDbContext> contexts
) : IOperationKind
{
    /// <summary>The site's hook ended with another exit code than 0.</summary>
    public const string RenameFailed = "rename-failed";
    private const string NamesStep = "names";
    private const string RenameStep = "rename";
    private const string RouteStep = "route";
    private static readonly TimeSpan ServiceTimeout = TimeSpan.FromMinutes(3);

    public string Kind => OperationKinds.ChangeDomains;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.SiteId!.Value;
        var arguments = operation.ArgumentsAs<ChangeDomainsArguments>();
        var site = await sites.LoadAsync(id, operation.Id, cancellationToken);
        var plan = new List<Step>
        {
            new(NamesStep, "Write down the names", (_, token) => WriteAsync(id, arguments, token))
            {
                UndoAsync = token => GoBackAsync(operation, arguments, token),
            },
        };
        var isRunning = site.Site.State == SiteState.Running;
        if (isRunning)
        {
            plan.AddRange(SiteStarts.Of(site, steps, operation, id, stopOnUndo: false, NamesStep));
        }
        else if (site.Site.State == SiteState.Stopped)
        {
            plan.Add(
                new Step("tell", "Tell its containers, for when they start", (_, token) => ApplyAsync(id, operation, token))
                {
                    After = [NamesStep],
                }
            );
        }

        string[] told = [.. plan.Select(step => step.Name)];
        if (arguments is { Primary: { } primary, FormerPrimary: { } former } && site.Blueprint.Hooks.Rename is { } hook && isRunning)
        {
            plan.Add(
                new Step(
                    RenameStep,
                    "Tell its application what it is called",
                    (progress, token) => RenameAsync(operation, hook, former, primary, progress, token)
                )
                {
                    After = told,
                    Timeout = hook.Command.Timeout + TimeSpan.FromMinutes(1),
                }
            );
        }

        plan.Add(
            new Step(RouteStep, "Tell the gateway", (_, token) => routes.PublishAsync(token))
            {
                After = [.. plan.Select(step => step.Name)],
            }
        );
        if (isRunning)
        {
            plan.Add(steps.Probe(id, operation, RouteStep));
        }

        if (arguments.Remove.Count > 0)
        {
            plan.Add(
                new Step("forget", "Let others have the name", (_, token) => ForgetAsync(id, arguments, token))
                {
                    After = [isRunning ? "probe" : RouteStep],
                }
            );
        }

        return plan;
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task WriteAsync(Guid siteId, ChangeDomainsArguments arguments, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var site = await context.Sites.Include(site => site.Domains).SingleAsync(site => site.Id == siteId, cancellationToken);
        foreach (var domain in site.Domains)
        {
            // What is not known to be the site's is never served, whatever was asked for when.
            domain.IsServed = arguments.Serve.Contains(domain.Host, StringComparer.Ordinal)
                ? domain.Proof != DomainProof.Pending
                : !arguments.Remove.Contains(domain.Host, StringComparer.Ordinal) && domain.IsServed;
        }

        if (arguments.Primary is { } primary)
        {
            SetPrimary(site, primary);
        }

        site.ServesAliases = arguments.ServesAliases ?? site.ServesAliases;
        await context.SaveChangesAsync(cancellationToken);
    }

    private static void SetPrimary(Site site, string host)
    {
        if (!site.Domains.Exists(domain => domain.Host == host))
        {
            throw new StepFailedException("domain-not-found", $"{site.Slug} has no name “{host}” any more.");
        }

        foreach (var domain in site.Domains)
        {
            domain.IsPrimary = domain.Host == host;
        }
    }

    /// <summary>Doing it twice is doing it once, and from whatever point: rows first, for everything else follows from them.</summary>
    private async Task GoBackAsync(Operation operation, ChangeDomainsArguments arguments, CancellationToken cancellationToken)
    {
        var id = operation.SiteId!.Value;
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var row = await context.Sites.Include(site => site.Domains).SingleAsync(site => site.Id == id, cancellationToken);
            foreach (var domain in row.Domains)
            {
                domain.IsServed =
                    arguments.Remove.Contains(domain.Host, StringComparer.Ordinal)
                    || (!arguments.Serve.Contains(domain.Host, StringComparer.Ordinal) && domain.IsServed);
            }

            if (arguments is { Primary: not null, FormerPrimary: { } former })
            {
                SetPrimary(row, former);
            }

            row.ServesAliases = arguments.ServesAliases is { } serves ? !serves : row.ServesAliases;
            await context.SaveChangesAsync(cancellationToken);
        }

        await routes.PublishAsync(cancellationToken);
        var site = await sites.LoadAsync(id, operation.Id, cancellationToken);
        if (site.Site.State is SiteState.Running or SiteState.Stopped)
        {
            await ApplyAsync(id, operation, cancellationToken);
        }

        if (
            arguments is { Primary: { } primary, FormerPrimary: { } before }
            && site.Blueprint.Hooks.Rename is { } hook
            && site.Site.State == SiteState.Running
            && await WasRenamedAsync(operation.Id, cancellationToken)
        )
        {
            // A job of another name, for the engine may still know the one that failed.
            await RenameAsync(operation, hook with { Name = "rename-back" }, primary, before, progress: null, cancellationToken);
        }
    }

    /// <summary>Whether the application may call itself by the new name: the hook changes everything or nothing.</summary>
    private async Task<bool> WasRenamedAsync(Guid operationId, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var operation = await context
            .Operations.AsNoTracking()
            .Include(operation => operation.Steps)
            .SingleAsync(operation => operation.Id == operationId, cancellationToken);
        return operation.ErrorCode != RenameFailed
            && operation.Steps.Any(step => step.Name == RenameStep && step.State is not (StepState.Pending or StepState.Skipped));
    }

    private async Task ApplyAsync(Guid id, Operation operation, CancellationToken cancellationToken)
    {
        var site = await sites.LoadAsync(id, operation.Id, cancellationToken);
        foreach (var service in site.Blueprint.StartWaves().SelectMany(wave => wave))
        {
            var definition = site.Service(service.Name, site.Site.State == SiteState.Running ? 1 : 0);
            await swarm.ApplyServiceAsync(definition, cancellationToken);
            await swarm.WaitForServiceAsync(definition, ServiceTimeout, cancellationToken);
        }
    }

    private async Task RenameAsync(
        Operation operation,
        BlueprintHook hook,
        string from,
        string to,
        StepProgress? progress,
        CancellationToken cancellationToken
    )
    {
        if (await naming.RenameAsync(operation, hook, from, to, progress, cancellationToken) is { } fault)
        {
            throw new StepFailedException(RenameFailed, $"The site could not take its new name over: {fault}");
        }
    }

    private async Task ForgetAsync(Guid siteId, ChangeDomainsArguments arguments, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context
            .Domains.Where(domain => domain.SiteId == siteId && arguments.Remove.Contains(domain.Host))
            .ExecuteDeleteAsync(cancellationToken);
        await DomainChanges.TellAsync(context, siteId, cancellationToken);
    }
}
