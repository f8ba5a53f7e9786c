using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Blueprints;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Traffic;

/// <summary>The use cases of how a site's visitors are treated: what they are led to, and what they are kept from.</summary>
public sealed class TrafficService
{
    /// <summary>What protects the neighbours, too, and is the provider's to set.</summary>
    private static readonly string[] Shield =
    [
        "allowedAddresses",
        "compresses",
        "maxConcurrent",
        "queueLength",
        "queueSeconds",
        "pagesPerMinute",
        "pagesAtOnce",
        "requestsPerTenSeconds",
        "expensivePerMinute",
        "expensivePaths",
        "crawlerPagesPerMinute",
        "banAfter",
        "banMinutes",
    ];

    /// <summary>The gateway is asked each minute; older figures say nothing of the last hour.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly BlueprintCatalogue _blueprints;
    private readonly PanelOptions _options;
    private readonly TimeProvider _time;

    internal TrafficService(
        IDbContextFactory<PanelDbContext> contexts,
        BlueprintCatalogue blueprints,
        IOptions<PanelOptions> options,
        TimeProvider time
    ) => (_contexts, _blueprints, _options, _time) = (contexts, blueprints, options.Value, time);

    /// <summary>How a site's visitors are treated.</summary>
    public async Task<Outcome<TrafficView>> GetAsync(Actor actor, string slug, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await context.FindSiteAsync(actor, Permission.ReadSites, slug, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        return FrontOf(site).TryGet(out var front, out problem) ? await ViewAsync(context, actor, site, front, cancellationToken) : problem;
    }

    /// <summary>
    /// Sets the whole of it. Refused: <c>invalid-request</c>; <c>not-permitted</c> for who may lead visitors and would change what protects
    /// the site; <c>locks-you-out</c> for networks that who asks is in none of.
    /// </summary>
    public async Task<Outcome<TrafficView>> SetAsync(Actor actor, string slug, TrafficCommand command, CancellationToken cancellationToken)
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        if (!(await context.FindSiteAsync(actor, Permission.ManageRouting, slug, cancellationToken)).TryGet(out var site, out var problem))
        {
            return problem;
        }

        if (!FrontOf(site).TryGet(out var front, out problem))
        {
            return problem;
        }

        var hosts = await context
            .Domains.Where(domain => domain.SiteId == site.Id)
            .Select(domain => domain.Host)
            .ToListAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var row = await context.TrafficSettings.SingleOrDefaultAsync(settings => settings.SiteId == site.Id, cancellationToken);
        var defaults = TrafficDefaults.Of(front, _options);
        var present = PresentOf(row, defaults);
        var wanted = TrafficRules.Normalise(command.Over(defaults));
        var errors = new FieldErrors();
        TrafficRules.Check(wanted, front.MaxConcurrent, hosts, errors);
        wanted = wanted with { Login = LoginOf(command.Login, present.Login, errors) };
        if ((errors.ToProblem() ?? Refusal(actor, site, present, wanted, command)) is { } refused)
        {
            return refused;
        }

        var changed = TrafficJson.Names(wanted, present);
        if (changed.Count > 0 || row is null)
        {
            if (row is null)
            {
                row = new TrafficSettings
                {
                    SiteId = site.Id,
                    Settings = TrafficJson.Nothing,
                    ChangedAt = default,
                    ChangedBy = string.Empty,
                };
                context.Add(row);
            }

            row.Settings = TrafficJson.Difference(wanted, defaults);
            (row.ChangedAt, row.ChangedBy) = (_time.GetStoredNow(), actor.Name);
            (row.AppliedAt, row.Fault) = (null, null);
            AuditTrail.Add(
                context,
                actor,
                AuditActs.TrafficSet,
                AuditTarget.Site(site.Id, site.Slug) with
                {
                    OrganisationId = site.OrganisationId,
                },
                $"Changed: {string.Join(", ", changed)}"
            );
            try
            {
                await context.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateException failure) when (UniqueViolation.Of(failure) is not null)
            {
                return new Problem(
                    ProblemKind.Conflict,
                    "traffic-changed",
                    "Somebody else has just changed these settings. Look at them again."
                );
            }

            await context.Database.ExecuteSqlAsync($"SELECT pg_notify('hp_changes', {$"routes:{site.Id}"})", cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return await ViewAsync(context, actor, site, front, cancellationToken);
    }

    /// <summary>What a broken row held is not known; whoever sets anew sets the whole of it.</summary>
    private static SiteTraffic PresentOf(TrafficSettings? row, SiteTraffic defaults)
    {
        try
        {
            return row is null ? defaults : TrafficJson.Apply(row.Settings, defaults);
        }
        catch (PlatformException)
        {
            return defaults;
        }
    }

    private static TrafficLogin? LoginOf(TrafficLoginCommand? command, TrafficLogin? present, FieldErrors errors)
    {
        if (command is null)
        {
            return null;
        }

        var user = command.User?.Trim();
        errors.Add("login.user", TrafficRules.UserFault(user));
        if (command.Password is not { Length: > 0 } password)
        {
            errors.Add("login.password", present is null ? "A password is needed; there is none yet." : null);
            return present is null ? null : present with { User = user! };
        }

        var fault = TrafficRules.PasswordFault(password);
        errors.Add("login.password", fault);
        return fault is null ? new TrafficLogin(user!, Sha512Crypt.Make(password)) : null;
    }

    private static Problem? Refusal(Actor actor, Site site, SiteTraffic present, SiteTraffic wanted, TrafficCommand command)
    {
        var shield = TrafficJson.Names(wanted, present).Intersect(Shield, StringComparer.Ordinal).ToList();
        if (shield.Count > 0 && AccessPolicy.Check(actor, Permission.ManageShield, AccessScope.Of(site)) is { } forbidden)
        {
            return forbidden with { Message = $"{forbidden.Message} It would change {string.Join(", ", shield)}: ask your provider." };
        }

        return
            wanted.AllowedAddresses.Count > 0
            && !command.EvenForMe
            && shield.Contains("allowedAddresses", StringComparer.Ordinal)
            && actor.Address is { } address
            && !AddressRange.Contains(wanted.AllowedAddresses, address)
            ? new Problem(
                ProblemKind.Conflict,
                "locks-you-out",
                $"You visit from {address}, which is in none of these networks: the site would be closed to you. Add it, or say that this is meant."
            )
            : null;
    }

    private Outcome<BlueprintFront> FrontOf(Site site) =>
        _blueprints.Get(site.Blueprint) is { } blueprint
            ? blueprint.Front
            : new Problem(
                ProblemKind.Conflict,
                "blueprint-missing",
                $"The blueprint “{site.Blueprint}” of {site.Slug} is not installed any more. Put docker/blueprints/{site.Blueprint}.yaml back and run ./panel up."
            );

    private async Task<TrafficView> ViewAsync(
        PanelDbContext context,
        Actor actor,
        Site site,
        BlueprintFront front,
        CancellationToken cancellationToken
    )
    {
        var now = _time.GetUtcNow();
        var row = await context
            .TrafficSettings.AsNoTracking()
            .SingleOrDefaultAsync(settings => settings.SiteId == site.Id, cancellationToken);
        var lately = await context
            .RefusedLately.AsNoTracking()
            .Where(refused => refused.SiteId == site.Id && refused.CountedAt > now - Fresh)
            .ToListAsync(cancellationToken);
        var today = await context
            .RefusedHours.Where(refused => refused.SiteId == site.Id && refused.Hour > now - TimeSpan.FromDays(1))
            .SumAsync(refused => refused.Requests, cancellationToken);
        var defaults = TrafficDefaults.Of(front, _options);
        var settings = PresentOf(row, defaults);
        return new TrafficView(
            settings with
            {
                Login = settings.Login is { } login ? login with { Hash = string.Empty } : null,
            },
            defaults,
            TrafficJson.Names(settings, defaults),
            row?.ChangedAt,
            row?.ChangedBy,
            row?.AppliedAt,
            row?.Fault,
            AccessPolicy.ReachOf(actor, Permission.ManageRouting).Covers(site.OrganisationId, site.Id),
            AccessPolicy.ReachOf(actor, Permission.ManageShield).Covers(site.OrganisationId, site.Id),
            [
                .. lately
                    .OrderBy(refused => refused.Reason == TrafficRefusal.Any ? 0 : 1)
                    .ThenByDescending(refused => refused.Requests)
                    .Select(refused => new RefusedView(refused.Reason, refused.Requests, refused.Addresses)),
            ],
            today
        );
    }
}
