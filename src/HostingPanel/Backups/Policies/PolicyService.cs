using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Backups.Policies;

/// <summary>The use cases of backup policies: a site has its own, else its plan's, else the provider's default.</summary>
public sealed class PolicyService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly TimeProvider _time;

    internal PolicyService(IDbContextFactory<PanelDbContext> contexts, TimeProvider time) => (_contexts, _time) = (contexts, time);

    /// <summary>The policy that a site has, and whose it is.</summary>
    public async Task<Outcome<PolicyView>> GetAsync(Actor actor, string slug, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return (await SiteAsync(actor, Permission.ReadBackups, context, slug, cancellationToken)).TryGet(out var site, out var problem)
            ? await ViewAsync(context, site, cancellationToken)
            : problem;
    }

    /// <summary>Gives a site a policy of its own. Refused: <c>invalid-request</c>.</summary>
    public async Task<Outcome<PolicyView>> SetAsync(Actor actor, string slug, PolicyCommand command, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await SiteAsync(actor, Permission.ManagePolicies, context, slug, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        return await WriteAsync(context, actor, site.Id, plan: null, command, cancellationToken) is { } refused
            ? refused
            : await ViewAsync(context, site, cancellationToken);
    }

    /// <summary>Takes a site's own policy away: its plan's or the default is its policy again.</summary>
    public async Task<Outcome<PolicyView>> ResetAsync(Actor actor, string slug, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await SiteAsync(actor, Permission.ManagePolicies, context, slug, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        await ResetAsync(context, actor, site.Id, plan: null, cancellationToken);
        return await ViewAsync(context, site, cancellationToken);
    }

    /// <summary>The policy of all sites that have no other.</summary>
    public async Task<Outcome<PolicyView>> GetDefaultAsync(Actor actor, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ReadBackups) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await ViewAsync(context, plan: null, cancellationToken);
    }

    /// <summary>Changes it. Refused: <c>invalid-request</c>.</summary>
    public async Task<Outcome<PolicyView>> SetDefaultAsync(Actor actor, PolicyCommand command, CancellationToken cancellationToken)
    {
        if (AccessPolicy.Check(actor, Permission.ManageDefaultPolicies) is { } forbidden)
        {
            return forbidden;
        }

        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await WriteAsync(context, actor, siteId: null, plan: null, command, cancellationToken) is { } refused
            ? refused
            : await ViewAsync(context, plan: null, cancellationToken);
    }

    /// <summary>The policy of the sites of a plan that have none of their own: the plan's, else the default.</summary>
    public async Task<Outcome<PolicyView>> GetPlanAsync(Actor actor, string plan, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await PlanFaultAsync(actor, Permission.ReadBackups, context, plan, cancellationToken) is { } refused
            ? refused
            : await ViewAsync(context, plan, cancellationToken);
    }

    /// <summary>Gives a plan a policy. Refused: <c>plan-not-found</c>, <c>invalid-request</c>.</summary>
    public async Task<Outcome<PolicyView>> SetPlanAsync(
        Actor actor,
        string plan,
        PolicyCommand command,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        return await PlanFaultAsync(actor, Permission.ManageDefaultPolicies, context, plan, cancellationToken) is { } unknown ? unknown
            : await WriteAsync(context, actor, siteId: null, plan, command, cancellationToken) is { } refused ? refused
            : await ViewAsync(context, plan, cancellationToken);
    }

    /// <summary>Takes a plan's policy away: the default is its sites' again.</summary>
    public async Task<Outcome<PolicyView>> ResetPlanAsync(Actor actor, string plan, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (await PlanFaultAsync(actor, Permission.ManageDefaultPolicies, context, plan, cancellationToken) is { } refused)
        {
            return refused;
        }

        await ResetAsync(context, actor, siteId: null, plan, cancellationToken);
        return await ViewAsync(context, plan, cancellationToken);
    }

    /// <summary>
    /// What retention would do with each restore point of a site, by its policy's rules or by others that are only tried out. Nothing is
    /// changed. Refused: <c>invalid-request</c>.
    /// </summary>
    public async Task<Outcome<RetentionPreview>> PreviewAsync(
        Actor actor,
        string slug,
        RetentionRules? rules,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await SiteAsync(actor, Permission.ReadBackups, context, slug, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        if (rules is not null)
        {
            var errors = new FieldErrors();
            PolicyRules.CheckRetention(rules, errors);
            if (errors.ToProblem() is { } invalid)
            {
                return invalid;
            }
        }

        var policy = BackupPolicy.Of(await context.BackupPolicies.AsNoTracking().ToListAsync(cancellationToken), site.Id, site.Plan);
        var look = await RetentionLook.TakeAsync(context, site.Id, policy, rules, self: null, _time.GetStoredNow(), cancellationToken);
        return new RetentionPreview(
            rules ?? policy.Retention,
            policy.TimeZone,
            [
                .. look.Verdicts.Select(verdict => new RetentionItem(
                    verdict.Point.Id,
                    verdict.Point.TakenAt,
                    verdict.Point.Reason,
                    verdict.Goes,
                    look.Goes.Contains(verdict.Point.Id),
                    verdict.Reasons
                )),
            ],
            look.Failed.Count,
            Retention.MaxInOneRun,
            look.Fault?.Code,
            look.Fault?.Message
        );
    }

    private async Task<Problem?> WriteAsync(
        PanelDbContext context,
        Actor actor,
        Guid? siteId,
        string? plan,
        PolicyCommand command,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var now = _time.GetStoredNow();
        PolicyRules.Check(command, now, errors);
        var targets = await PolicyTargets.FindAsync(context, command.Targets ?? [], errors, cancellationToken);
        if (errors.ToProblem() is { } invalid)
        {
            return invalid;
        }

        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        // Another policy begins anew, with nothing left of what there was.
        await context
            .BackupPolicies.Where(policy => policy.SiteId == siteId && policy.PlanName == plan)
            .ExecuteDeleteAsync(cancellationToken);
        var rules = command.Retention!;
        context.BackupPolicies.Add(
            new BackupPolicy
            {
                Id = Ids.New(_time),
                SiteId = siteId,
                PlanName = plan,
                Enabled = command.Enabled ?? true,
                OffReason = command.Enabled == false ? command.OffReason : null,
                Cron = command.Cron,
                WindowFrom = PolicyRules.Time(command.WindowFrom),
                WindowTo = PolicyRules.Time(command.WindowTo),
                TimeZone = command.TimeZone ?? "UTC",
                TargetIds = targets,
                KeepLast = rules.Last,
                KeepDaily = rules.Daily,
                KeepWeekly = rules.Weekly,
                KeepMonthly = rules.Monthly,
                KeepYearly = rules.Yearly,
                ChangedAt = now,
                ChangedBy = actor.Name,
            }
        );
        AuditTrail.Add(context, actor, AuditActs.PolicySet, AuditTargetOf(siteId, plan));
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (DbUpdateException failure) when (UniqueViolation.Of(failure) is not null)
        {
            return new Problem(ProblemKind.Conflict, "policy-changed", "Somebody else has just changed this policy. Look at it again.");
        }

        return null;
    }

    private static async Task ResetAsync(
        PanelDbContext context,
        Actor actor,
        Guid? siteId,
        string? plan,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context
            .BackupPolicies.Where(policy => policy.SiteId == siteId && policy.PlanName == plan)
            .ExecuteDeleteAsync(cancellationToken);
        AuditTrail.Add(context, actor, AuditActs.PolicyReset, AuditTargetOf(siteId, plan));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static AuditTarget AuditTargetOf(Guid? siteId, string? plan) => new("policy", siteId, plan) { SiteId = siteId };

    private async Task<PolicyView> ViewAsync(PanelDbContext context, SiteOfPolicy site, CancellationToken cancellationToken)
    {
        var policy = BackupPolicy.Of(await context.BackupPolicies.AsNoTracking().ToListAsync(cancellationToken), site.Id, site.Plan);
        return PolicyView.From(
            policy,
            await PolicyTargets.NamesAsync(context, cancellationToken),
            policy.Times.Next(site.Id, _time.GetStoredNow())
        );
    }

    private static async Task<PolicyView> ViewAsync(PanelDbContext context, string? plan, CancellationToken cancellationToken)
    {
        var all = await context.BackupPolicies.AsNoTracking().ToListAsync(cancellationToken);
        var policy = plan is null ? null : all.SingleOrDefault(policy => policy.PlanName == plan);
        return PolicyView.From(
            policy ?? BackupPolicy.DefaultOf(all),
            await PolicyTargets.NamesAsync(context, cancellationToken),
            nextAt: null
        );
    }

    private static async Task<Outcome<SiteOfPolicy>> SiteAsync(
        Actor actor,
        Permission permission,
        PanelDbContext context,
        string slug,
        CancellationToken cancellationToken
    )
    {
        if (!(await context.FindSiteAsync(actor, permission, slug, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        var plan = await context
            .Organisations.Where(organisation => organisation.Id == site.OrganisationId)
            .Select(organisation => organisation.PlanName)
            .SingleAsync(cancellationToken);
        return new SiteOfPolicy(site.Id, plan);
    }

    private static async Task<Problem?> PlanFaultAsync(
        Actor actor,
        Permission permission,
        PanelDbContext context,
        string plan,
        CancellationToken cancellationToken
    ) =>
        AccessPolicy.Check(actor, permission)
        ?? (await context.Plans.AnyAsync(row => row.Name == plan, cancellationToken) ? null : Problem.NotFound("plan", plan));

    private sealed record SiteOfPolicy(Guid Id, string Plan);
}
