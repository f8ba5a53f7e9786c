using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Domains;
using HostingPanel.Images;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites;

/// <summary>What a new site is made from when it is not from nothing.</summary>
/// <param name="OperationKind">What builds it.</param>
/// <param name="Arguments">What that needs to know.</param>
/// <param name="Images">The releases of its services, by their names; the others get the present ones.</param>
/// <param name="Extra">Volumes that no service mounts.</param>
internal sealed record SiteOrigin(
    string OperationKind,
    object Arguments,
    IReadOnlyDictionary<string, string> Images,
    IReadOnlyList<(string Name, VolumeKind Kind)> Extra
)
{
    /// <summary>True when the site that it comes from is still there: two that run the same scheduled tasks would mail and bill everybody twice.</summary>
    public bool StandsBeside { get; init; }

    /// <summary>What it brings with it.</summary>
    public long DiskBytes { get; init; }
}

/// <summary>The one use case that makes a site: everything is checked and reserved here, in one transaction; the worker only builds.</summary>
internal sealed class SiteCreation(
    IDbContextFactory<PanelDbContext> contexts,
    OperationQueue queue,
    SiteCreationChecks checks,
    IOptions<PanelOptions> options,
    TimeProvider time
)
{
    /// <summary>Any number; the same in every process that chooses a subnet.</summary>
    private const long SubnetLock = 0x68702D7375626E65;
    private readonly SiteNames _names = new(options.Value);
    private readonly DomainRules _rules = new(options.Value);

    public async Task<Outcome<Operation>> CreateAsync(
        Actor actor,
        CreateSite command,
        string? idempotencyKey,
        CancellationToken cancellationToken,
        SiteOrigin? origin = null
    )
    {
        // One that is made of a restore point is a restore; whoever asks for that was found to be permitted there.
        var permission = origin is null ? Permission.CreateSites : Permission.RestoreBackups;
        if (AccessPolicy.CheckAnywhere(actor, permission) is { } forbidden)
        {
            return forbidden;
        }

        var hash = origin is null
            ? Idempotency.HashOf("create-site", command)
            : Idempotency.HashOf(origin.OperationKind, new { command, origin.Arguments });
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var known = await OperationQueue.FindAsync(context, actor, idempotencyKey, hash, cancellationToken);
        if (known.Problem is { } reused)
        {
            return reused;
        }

        if (known.Value is { } same)
        {
            return same;
        }

        if (
            !(await checks.CheckAsync(context, actor, permission, command, origin, cancellationToken)).TryGet(out var plan, out var problem)
        )
        {
            return problem;
        }

        if (!(await ReserveSubnetAsync(context, cancellationToken)).TryGet(out var subnet, out problem))
        {
            return problem;
        }

        var site = Build(command, plan, subnet, origin);
        context.Sites.Add(site);
        var operation = queue.Add(
            context,
            actor,
            new OperationRequest(origin?.OperationKind ?? OperationKinds.ProvisionSite, site.Id, site.Slug, Arguments: origin?.Arguments)
            {
                OrganisationId = site.OrganisationId,
            }
        );
        queue.Remember(context, actor, idempotencyKey, hash, operation);
        try
        {
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (DbUpdateException failure) when (UniqueViolation.Of(failure) is { } index)
        {
            // Somebody was faster between the check and the write.
            return index.Contains("host", StringComparison.Ordinal)
                ? SiteCreationChecks.DomainTaken(null)
                : SiteCreationChecks.SlugTaken(command.Slug!);
        }

        return operation;
    }

    /// <summary>The first network that no site has; kept from others until the transaction ends.</summary>
    public async Task<Outcome<int>> ReserveSubnetAsync(PanelDbContext context, CancellationToken cancellationToken)
    {
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({SubnetLock})", cancellationToken);
        var free = await context
            .Database.SqlQuery<int>(
                $"SELECT candidate AS \"Value\" FROM generate_series(0, (SELECT coalesce(max(subnet_index), -1) + 1 FROM sites)) AS candidate WHERE NOT EXISTS (SELECT FROM sites WHERE subnet_index = candidate) ORDER BY candidate LIMIT 1"
            )
            .SingleAsync(cancellationToken);
        return free < _names.SubnetCount
            ? free
            : new Problem(
                ProblemKind.LimitReached,
                "no-subnet-left",
                $"All {_names.SubnetCount} networks of {options.Value.SiteSubnets} are in use. Purge sites, or give the panel a larger range (Panel:SiteSubnets)."
            );
    }

    /// <summary>The rows of a new site.</summary>
    public Site Build(
        CreateSite command,
        CheckedSite plan,
        int subnet,
        SiteOrigin? origin,
        SiteEnvironment environment = SiteEnvironment.Live
    )
    {
        var now = time.GetUtcNow();
        var site = new Site
        {
            Id = Ids.New(time),
            ShortId = Ids.Short(),
            Slug = command.Slug!,
            OrganisationId = plan.Organisation.Id,
            Blueprint = plan.Blueprint.Name,
            BlueprintVersion = plan.Blueprint.Version,
            Title = command.Title!.Trim(),
            AdminEmail = command.AdminEmail!,
            Environment = environment,
            State = SiteState.New,
            CronIsOff = origin?.StandsBeside == true,
            SubnetIndex = subnet,
            CodeUploadId = command.CodeUpload,
            CreatedAt = now,
        };
        AddDomains(site, plan, now);
        site.Services.AddRange(
            plan.Blueprint.Services.Select(service => new SiteService
            {
                SiteId = site.Id,
                Name = service.Name,
                Image = origin?.Images.GetValueOrDefault(service.Name) ?? plan.Images[service.Name],
                IsFront = service.Name == plan.Blueprint.Front.Service,
            })
        );
        site.Volumes.AddRange(
            plan.Blueprint.Volumes.Select(volume => new Volume
            {
                Id = Ids.New(time),
                SiteId = site.Id,
                Name = volume.Name,
                Kind = volume.Kind,
                EngineName = _names.Volume(site.ShortId, volume.Name),
                MountedBy =
                [
                    .. plan.Blueprint.Services.SelectMany(service =>
                        service.Mounts.Where(mount => mount.Volume == volume.Name).Select(mount => $"{service.Name}:{mount.Path}")
                    ),
                ],
                CreatedAt = now,
            })
        );
        site.Volumes.AddRange(
            (origin?.Extra ?? []).Select(volume => new Volume
            {
                Id = Ids.New(time),
                SiteId = site.Id,
                Name = volume.Name,
                Kind = volume.Kind,
                EngineName = _names.Volume(site.ShortId, volume.Name),
                MountedBy = [],
                CreatedAt = now,
            })
        );
        return site;
    }

    /// <summary>The first name that is served is the one that it calls itself by; the name of its slug always is.</summary>
    private void AddDomains(Site site, CheckedSite plan, DateTimeOffset now)
    {
        foreach (var host in plan.Hosts)
        {
            var isGiven = _rules.IsGiven(host, site.Slug);
            var isServed = isGiven || plan.AreHostsAccepted;
            site.Domains.Add(
                new Domain
                {
                    Id = Ids.New(time),
                    SiteId = site.Id,
                    Host = host,
                    IsPrimary = isServed && !site.Domains.Exists(domain => domain.IsPrimary),
                    CreatedAt = now,
                    Proof =
                        isGiven ? DomainProof.Given
                        : isServed ? DomainProof.Accepted
                        : DomainProof.Pending,
                    IsServed = isServed,
                    Challenge = isGiven ? null : Domain.NewChallenge(),
                    VerifiedAt = isServed ? now : null,
                    NextCheckAt = isGiven || site.Environment == SiteEnvironment.Drill ? null : now,
                }
            );
        }
    }
}
