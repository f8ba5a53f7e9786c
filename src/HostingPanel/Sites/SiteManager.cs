using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Audit;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites.Operations;
using HostingPanel.Sites.Reconciliation;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites;

/// <summary>The use cases of sites. Long ones write an operation and return; the worker does them.</summary>
public sealed class SiteManager
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly OperationQueue _queue;
    private readonly SiteCreation _creation;
    private readonly SiteReading _reading;
    private readonly TimeProvider _time;

    internal SiteManager(
        IDbContextFactory<PanelDbContext> contexts,
        OperationQueue queue,
        SiteCreation creation,
        BlueprintCatalogue blueprints,
        IOptions<PanelOptions> options,
        TimeProvider time
    )
    {
        (_contexts, _queue, _creation, _time) = (contexts, queue, creation, time);
        _reading = new SiteReading(options.Value, blueprints, time);
    }

    /// <summary>The longest title.</summary>
    public const int MaxTitleLength = SiteRules.MaxTitleLength;

    /// <summary>The longest slug.</summary>
    public const int MaxSlugLength = SiteRules.MaxSlugLength;

    /// <summary>Sites by slug.</summary>
    public async Task<Outcome<Page<SiteView>>> ListAsync(
        Actor actor,
        SiteFilter filter,
        PageRequest page,
        CancellationToken cancellationToken
    )
    {
        if ((AccessPolicy.CheckAnywhere(actor, Permission.ReadSites) ?? page.Validate()) is { } problem)
        {
            return problem;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var query = context.Sites.AsNoTracking().VisibleTo(actor, Permission.ReadSites);
        if (filter.Organisation is { } organisation)
        {
            query = query.Where(site => site.Organisation!.Slug == organisation);
        }

        if (filter.Trashed is { } trashed)
        {
            query = query.Where(site => site.State == SiteState.Trashed == trashed);
        }

        if (!string.IsNullOrWhiteSpace(filter.Search))
        {
            var pattern = LikePattern.Containing(filter.Search.Trim());
            query = query.Where(site =>
                EF.Functions.ILike(site.Slug, pattern)
                || EF.Functions.ILike(site.Title, pattern)
                || site.Domains.Any(domain => EF.Functions.ILike(domain.Host, pattern))
            );
        }

        if (page.Cursor is { } after)
        {
            query = query.Where(site => string.Compare(site.Slug, after) > 0);
        }

        var found = await _reading.LoadAsync(context, actor, query.OrderBy(site => site.Slug).Take(page.Limit + 1), cancellationToken);
        return Page<SiteView>.From(found, page.Limit, view => view.Slug);
    }

    /// <summary>One site.</summary>
    public async Task<Outcome<SiteView>> GetAsync(Actor actor, string slug, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await context.FindSiteAsync(actor, Permission.ReadSites, slug, cancellationToken)).TryGet(out var known, out var problem))
        {
            return problem;
        }

        var found = await _reading.LoadAsync(context, actor, context.Sites.Where(site => site.Id == known.Id), cancellationToken);
        return found.Count == 0 ? Problem.NotFound("site", slug) : found[0];
    }

    /// <summary>The identity behind a slug, for those who wait for changes.</summary>
    public Task<Outcome<Guid>> FindIdAsync(Actor actor, string slug, CancellationToken cancellationToken) =>
        FindIdAsync(actor, Permission.ReadSites, slug, cancellationToken);

    /// <summary>The identity behind a slug, for those who may read what its services wrote.</summary>
    public Task<Outcome<Guid>> FindIdForLogsAsync(Actor actor, string slug, CancellationToken cancellationToken) =>
        FindIdAsync(actor, Permission.ReadLogs, slug, cancellationToken);

    private async Task<Outcome<Guid>> FindIdAsync(Actor actor, Permission permission, string slug, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return (await context.FindSiteAsync(actor, permission, slug, cancellationToken)).TryGet(out var site, out var problem)
            ? site.Id
            : problem;
    }

    /// <summary>The services of a site, the front one first.</summary>
    public async Task<Outcome<IReadOnlyList<SiteServiceView>>> ListServicesAsync(
        Actor actor,
        string slug,
        CancellationToken cancellationToken
    )
    {
        if (!(await FindIdAsync(actor, slug, cancellationToken)).TryGet(out var id, out var problem))
        {
            return problem;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await _reading.LoadServicesAsync(context, id, slug, cancellationToken);
    }

    /// <summary>
    /// Makes a site: checks and reserves everything, and queues its provisioning. Refused: <c>invalid-request</c>, <c>slug-taken</c>,
    /// <c>domain-taken</c>, <c>plan-exhausted</c>, <c>image-not-built</c>, <c>no-subnet-left</c>, <c>no-disk-space</c>,
    /// <c>idempotency-key-reused</c>.
    /// </summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="command">What it is.</param>
    /// <param name="idempotencyKey">Same key and same command: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<AcceptedSite>> CreateAsync(
        Actor actor,
        CreateSite command,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if (!(await _creation.CreateAsync(actor, command, idempotencyKey, cancellationToken)).TryGet(out var operation, out var problem))
        {
            return problem;
        }

        return (await GetAsync(actor, operation.Target, cancellationToken)).TryGet(out var site, out problem)
            ? new AcceptedSite(site, OperationView.From(operation))
            : problem;
    }

    /// <summary>Changes title or administrator's address, as the panel knows them, or whether scheduled tasks run.</summary>
    public async Task<Outcome<SiteView>> UpdateAsync(Actor actor, string slug, UpdateSite command, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await context.FindSiteAsync(actor, Permission.ChangeSites, slug, cancellationToken)).TryGet(out var known, out var problem))
        {
            return problem;
        }

        var errors = new FieldErrors();
        errors.Add("title", command.Title is null ? null : SiteRules.TextFault(command.Title, "A title", SiteRules.MaxTitleLength));
        errors.Add("adminEmail", command.AdminEmail is null ? null : SiteRules.EmailFault(command.AdminEmail));
        if (errors.ToProblem() is { } invalid)
        {
            return invalid;
        }

        var site = await context.Sites.SingleOrDefaultAsync(site => site.Id == known.Id, cancellationToken);
        if (site is null)
        {
            return Problem.NotFound("site", slug);
        }

        site.Title = command.Title?.Trim() ?? site.Title;
        site.AdminEmail = command.AdminEmail ?? site.AdminEmail;
        site.CronIsOff = command.RunsCron is { } runs ? !runs : site.CronIsOff;
        AuditTrail.Add(
            context,
            actor,
            AuditActs.SiteUpdate,
            AuditTarget.Site(site.Id, slug),
            AuditTrail.Changed(("title", command.Title), ("adminEmail", command.AdminEmail), ("runsCron", command.RunsCron?.ToString()))
        );
        await context.SaveChangesAsync(cancellationToken);
        return await GetAsync(actor, slug, cancellationToken);
    }

    /// <summary>Queues an action on a site. Refused: <c>site-busy</c>, <c>purge-begun</c> and, in the wrong state, <c>site-is-…</c>.</summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="slug">The site.</param>
    /// <param name="action">What is wanted.</param>
    /// <param name="idempotencyKey">Same key and same request: the same operation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<OperationView>> RequestAsync(
        Actor actor,
        string slug,
        SiteAction action,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        var permission = OperationAccess.PermissionFor(action);
        if (AccessPolicy.CheckSeen(actor, permission) is { } forbidden)
        {
            return forbidden;
        }

        var hash = Idempotency.HashOf(action.ToString(), slug);
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var known = await OperationQueue.FindAsync(context, actor, idempotencyKey, hash, cancellationToken);
        if (known.Problem is { } reused)
        {
            return reused;
        }

        if (known.Value is { } same)
        {
            return OperationView.From(same);
        }

        var site = await context
            .Sites.FromSql($"SELECT * FROM sites WHERE slug = {slug} FOR UPDATE")
            .AsNoTracking()
            .SingleOrDefaultAsync(cancellationToken);
        if (site is null)
        {
            return Problem.NotFound("site", slug);
        }

        if (AccessPolicy.Check(actor, permission, AccessScope.Of(site)) is { } notPermitted)
        {
            return notPermitted;
        }

        if (action == SiteAction.Purge && await FreshProof.CheckAsync(context, actor, _time, cancellationToken) is { } unproved)
        {
            return unproved;
        }

        // What the panel does by itself is waited for; what another person asked for may make this the wrong thing to do.
        var busy = await context.Operations.AnyAsync(
            operation =>
                operation.SiteId == site.Id
                && operation.Priority == OperationPriority.Person
                && (operation.State == OperationState.Queued || operation.State == OperationState.Running),
            cancellationToken
        );
        if (busy)
        {
            return await OperationQueue.SiteBusyAsync(context, site.Id, slug, cancellationToken);
        }

        if (!SiteTransitions.KindFor(site, action).TryGet(out var kind, out var refused))
        {
            return refused;
        }

        if (
            action == SiteAction.Untrash
            && await context.Volumes.AnyAsync(volume => volume.SiteId == site.Id && volume.PurgeBegunAt != null, cancellationToken)
        )
        {
            return VolumeRules.Refused(
                VolumeRules.PurgeBegun,
                $"It was begun to purge {slug}, so part of it may be deleted. Purge it again."
            );
        }

        // A person has looked at it: what the panel had tried before does not count any more.
        await SiteTrouble.ForgetAsync(context, site.Id, cancellationToken);
        var arguments = action == SiteAction.Restart ? new RestartArguments(site.Generation + 1) : null;
        var operation = _queue.Add(context, actor, new OperationRequest(kind, site.Id, slug, Arguments: arguments));
        _queue.Remember(context, actor, idempotencyKey, hash, operation);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return OperationView.From(operation);
    }
}
