using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Blueprints;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Organisations;

/// <summary>Keeps the organisations.</summary>
public sealed class OrganisationService(IDbContextFactory<PanelDbContext> contexts, BlueprintCatalogue blueprints, TimeProvider time)
{
    private const string DefaultPlan = "standard";

    /// <summary>The plans there are, the smallest first.</summary>
    public async Task<Outcome<IReadOnlyList<PlanView>>> ListPlansAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.CheckAnywhere(actor, Permission.ReadOrganisations) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context
            .Plans.OrderBy(plan => plan.MaxSites)
            .Select(plan => new PlanView(
                plan.Name,
                plan.Title,
                plan.MaxSites,
                plan.MaxDiskBytes,
                plan.MaxMemoryBytes,
                plan.MaxRestorePoints,
                plan.MaxServiceCpus,
                plan.MaxServiceMemoryBytes,
                plan.MaxServicePids
            ))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Organisations by slug.</summary>
    public async Task<Outcome<Page<OrganisationView>>> ListAsync(Actor actor, PageRequest page, CancellationToken cancellationToken)
    {
        if ((AccessPolicy.CheckAnywhere(actor, Permission.ReadOrganisations) ?? page.Validate()) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var query = context.Organisations.AsNoTracking().VisibleTo(actor, Permission.ReadOrganisations);
        if (page.Cursor is { } after)
        {
            query = query.Where(organisation => string.Compare(organisation.Slug, after) > 0);
        }

        var found = await Views(context, query.OrderBy(organisation => organisation.Slug))
            .Take(page.Limit + 1)
            .ToListAsync(cancellationToken);
        return Page<OrganisationView>.From(await WithUsageAsync(context, found, cancellationToken), page.Limit, view => view.Slug);
    }

    /// <summary>One organisation.</summary>
    public async Task<Outcome<OrganisationView>> GetAsync(Actor actor, string slug, CancellationToken cancellationToken)
    {
        if (AccessPolicy.CheckSeen(actor, Permission.ReadOrganisations) is { } problem)
        {
            return problem;
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var organisation = await context.Organisations.AsNoTracking().SingleOrDefaultAsync(row => row.Slug == slug, cancellationToken);
        if (
            organisation is not null
            && AccessPolicy.Check(actor, Permission.ReadOrganisations, AccessScope.Of(organisation)) is { } refused
        )
        {
            return refused;
        }

        var found = await Views(context, context.Organisations.Where(organisation => organisation.Slug == slug))
            .SingleOrDefaultAsync(cancellationToken);
        return found is null ? Problem.NotFound("organisation", slug) : (await WithUsageAsync(context, [found], cancellationToken))[0];
    }

    /// <summary>Makes an organisation. Refused: <c>invalid-request</c>, <c>organisation-exists</c>, <c>idempotency-key-reused</c>.</summary>
    /// <param name="actor">Who wants it.</param>
    /// <param name="command">What it is.</param>
    /// <param name="idempotencyKey">Same key and same command: the same organisation again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<OrganisationView>> CreateAsync(
        Actor actor,
        CreateOrganisation command,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.Check(actor, Permission.ManageOrganisations) is { } problem)
        {
            return problem;
        }

        var hash = Idempotency.HashOf("create-organisation", command);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await Idempotency.FindAsync(context, actor, idempotencyKey, hash, cancellationToken)).TryGet(out var known, out problem))
        {
            return problem;
        }

        if (known is { } made)
        {
            var same = await Views(context, context.Organisations.Where(organisation => organisation.Id == made))
                .SingleOrDefaultAsync(cancellationToken);
            return same is null ? Idempotency.Gone("organisation") : (await WithUsageAsync(context, [same], cancellationToken))[0];
        }

        var plan = command.Plan ?? DefaultPlan;
        var errors = new FieldErrors();
        errors.Add("slug", SiteRules.SlugFault(command.Slug));
        errors.Add("name", SiteRules.TextFault(command.Name, "A name", 120));
        errors.Add("plan", await PlanFaultAsync(context, plan, cancellationToken));
        if (errors.ToProblem() is { } invalid)
        {
            return invalid;
        }

        var organisation = new Organisation
        {
            Id = Ids.New(time),
            Slug = command.Slug!,
            Name = command.Name!.Trim(),
            PlanName = plan,
            CreatedAt = time.GetUtcNow(),
        };
        context.Organisations.Add(organisation);
        AuditTrail.Add(context, actor, AuditActs.OrganisationCreate, AuditTarget.Organisation(organisation.Id, organisation.Slug));
        Idempotency.Remember(context, actor, idempotencyKey, hash, organisation.Id, time);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (DbUpdateException failure) when (UniqueViolation.Of(failure) is not null)
        {
            return new Problem(
                ProblemKind.Conflict,
                "organisation-exists",
                $"There is an organisation “{command.Slug}” already. Choose another slug."
            );
        }

        return await GetAsync(actor, command.Slug!, cancellationToken);
    }

    /// <summary>Changes name or plan. Refused: <c>plan-too-small</c>.</summary>
    public async Task<Outcome<OrganisationView>> UpdateAsync(
        Actor actor,
        string slug,
        UpdateOrganisation command,
        CancellationToken cancellationToken
    )
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await LockAsync(context, actor, slug, cancellationToken)).TryGet(out var organisation, out var problem))
        {
            return problem;
        }

        var errors = new FieldErrors();
        errors.Add("name", command.Name is null ? null : SiteRules.TextFault(command.Name, "A name", 120));
        errors.Add("plan", command.Plan is null ? null : await PlanFaultAsync(context, command.Plan, cancellationToken));
        if (errors.ToProblem() is { } invalid)
        {
            return invalid;
        }

        if (command.Plan is not null)
        {
            var plan = await context.Plans.AsNoTracking().SingleAsync(plan => plan.Name == command.Plan, cancellationToken);
            var used = await PlanUsage.ReadAsync(context, blueprints, [organisation.Id], cancellationToken, under: plan);
            if (command.Plan != organisation.PlanName && PlanLimits.TooSmall(organisation, plan, used[organisation.Id]) is { } tooSmall)
            {
                return tooSmall;
            }

            organisation.PlanName = command.Plan;
        }

        organisation.Name = command.Name?.Trim() ?? organisation.Name;
        organisation.RequiresSecondFactor = command.RequiresSecondFactor ?? organisation.RequiresSecondFactor;
        AuditTrail.Add(
            context,
            actor,
            AuditActs.OrganisationUpdate,
            AuditTarget.Organisation(organisation.Id, slug),
            AuditTrail.Changed(("name", command.Name), ("plan", command.Plan), ("requiresSecondFactor", command.RequiresSecondFactor))
        );
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return await GetAsync(actor, slug, cancellationToken);
    }

    /// <summary>Deletes an organisation that has no sites. Refused: <c>organisation-has-sites</c>.</summary>
    public async Task<Outcome<Done>> DeleteAsync(Actor actor, string slug, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await LockAsync(context, actor, slug, cancellationToken)).TryGet(out var organisation, out var problem))
        {
            return problem;
        }

        var sites = await context.Sites.CountAsync(site => site.OrganisationId == organisation.Id, cancellationToken);
        if (sites > 0)
        {
            return new Problem(
                ProblemKind.Conflict,
                "organisation-has-sites",
                $"{organisation.Name} still has {sites} {(sites == 1 ? "site" : "sites")}, those in the trash included. Move them to the trash and purge them first."
            );
        }

        context.Organisations.Remove(organisation);
        AuditTrail.Add(context, actor, AuditActs.OrganisationDelete, AuditTarget.Organisation(organisation.Id, slug));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Done();
    }

    /// <summary>
    /// The organisation, where the actor may manage it. The same lock as a site's creation takes: the plan can't shrink below what is just
    /// being made.
    /// </summary>
    private static async Task<Outcome<Organisation>> LockAsync(
        PanelDbContext context,
        Actor actor,
        string slug,
        CancellationToken cancellationToken
    )
    {
        if (AccessPolicy.CheckSeen(actor, Permission.ManageOrganisations) is { } forbidden)
        {
            return forbidden;
        }

        var organisation = await context
            .Organisations.FromSql($"SELECT * FROM organisations WHERE slug = {slug} FOR UPDATE")
            .SingleOrDefaultAsync(cancellationToken);
        return organisation is null ? Problem.NotFound("organisation", slug)
            : AccessPolicy.Check(actor, Permission.ManageOrganisations, AccessScope.Of(organisation)) is { } refused ? refused
            : organisation;
    }

    private static IQueryable<OrganisationView> Views(PanelDbContext context, IQueryable<Organisation> organisations) =>
        organisations.Select(organisation => new OrganisationView(
            organisation.Slug,
            organisation.Name,
            organisation.PlanName,
            organisation.Plan!.Title,
            organisation.Plan.MaxSites,
            context.Sites.Count(site => site.OrganisationId == organisation.Id),
            organisation.Plan.MaxDiskBytes,
            context.Sites.Where(site => site.OrganisationId == organisation.Id).SelectMany(site => site.Volumes).Sum(volume => volume.Bytes)
                ?? 0,
            context
                .Sites.Where(site => site.OrganisationId == organisation.Id)
                .SelectMany(site => site.Volumes)
                .Count(volume => volume.Bytes == null),
            organisation.CreatedAt
        )
        {
            Id = organisation.Id,
            RequiresSecondFactor = organisation.RequiresSecondFactor,
            MaxMemoryBytes = organisation.Plan.MaxMemoryBytes,
            MaxRestorePoints = organisation.Plan.MaxRestorePoints,
        });

    private async Task<List<OrganisationView>> WithUsageAsync(
        PanelDbContext context,
        List<OrganisationView> views,
        CancellationToken cancellationToken
    )
    {
        var used = await PlanUsage.ReadAsync(context, blueprints, [.. views.Select(view => view.Id)], cancellationToken);
        return
        [
            .. views.Select(view => view with { MemoryBytes = used[view.Id].MemoryBytes, RestorePoints = used[view.Id].RestorePoints }),
        ];
    }

    private static async Task<string?> PlanFaultAsync(PanelDbContext context, string plan, CancellationToken cancellationToken)
    {
        var names = await context.Plans.OrderBy(known => known.MaxSites).Select(known => known.Name).ToListAsync(cancellationToken);
        return names.Contains(plan) ? null : $"There is no plan “{plan}”. There are: {string.Join(", ", names)}.";
    }
}
