using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Domains;
using HostingPanel.Images;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites;

/// <summary>A wish for a site that has passed all checks, with what they have found.</summary>
internal sealed record CheckedSite(
    Organisation Organisation,
    Blueprint Blueprint,
    IReadOnlyList<string> Hosts,
    IReadOnlyDictionary<string, string> Images
)
{
    /// <summary>True when whoever wants it may say that names belong to it; else they wait until that is shown.</summary>
    public bool AreHostsAccepted { get; init; } = true;
}

/// <summary>What a wish for a new site is checked against before anything is written.</summary>
internal sealed class SiteCreationChecks(
    BlueprintCatalogue blueprints,
    ImageCatalogue images,
    FreeSpace space,
    IOptions<PanelOptions> options
)
{
    /// <summary>What a new site takes at the very least: one is not begun where there is no room at all.</summary>
    private const long LeastBytes = 1 << 20;
    private readonly DomainRules _rules = new(options.Value);

    /// <summary>Everything that is wrong with it, at its fields; locks the organisation's row until the transaction ends.</summary>
    /// <param name="context">In a transaction.</param>
    /// <param name="actor">Whose wish it is.</param>
    /// <param name="permission">What they must be permitted in the organisation.</param>
    /// <param name="command">The wish.</param>
    /// <param name="origin">What it is made from; null for one from nothing, whose code may come out of an uploaded archive.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<CheckedSite>> CheckAsync(
        PanelDbContext context,
        Actor actor,
        Permission permission,
        CreateSite command,
        SiteOrigin? origin,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        errors.Add("slug", SiteRules.SlugFault(command.Slug));
        errors.Add("title", SiteRules.TextFault(command.Title, "A title", SiteRules.MaxTitleLength));
        errors.Add("adminEmail", SiteRules.EmailFault(command.AdminEmail));
        var blueprint = blueprints.Get(command.Blueprint ?? string.Empty);
        if (blueprint is null)
        {
            var there = string.Join(", ", blueprints.All.Select(known => known.Name));
            errors.Add(
                "blueprint",
                string.IsNullOrEmpty(command.Blueprint)
                    ? $"A blueprint is needed: the kind of site. There are: {there}."
                    : $"There is no blueprint “{command.Blueprint}”. There are: {there}."
            );
        }

        // The plan is checked under this lock, so that parallel requests can't pass it together.
        var organisation = await context
            .Organisations.FromSql($"SELECT * FROM organisations WHERE slug = {command.Organisation ?? string.Empty} FOR UPDATE")
            .SingleOrDefaultAsync(cancellationToken);
        if (
            organisation is not null
            && AccessPolicy.Check(actor, permission, AccessScope.Of(organisation)) is { } refused
            // One that they may not know of is answered as one that there is not.
            && (organisation = refused.Kind == ProblemKind.NotFound ? null : organisation) is not null
        )
        {
            return refused;
        }

        if (organisation is null)
        {
            errors.Add(
                "organisation",
                string.IsNullOrEmpty(command.Organisation)
                    ? "An organisation is needed: the slug of the one whose site it is."
                    : $"There is no organisation “{command.Organisation}”."
            );
        }

        var hosts = CheckHosts(command, errors);
        if (origin is null)
        {
            await CheckUploadAsync(context, command, blueprint, errors, cancellationToken);
        }

        if (errors.ToProblem() is { } invalid)
        {
            return invalid;
        }

        if (await context.Sites.AnyAsync(site => site.Slug == command.Slug, cancellationToken))
        {
            return SlugTaken(command.Slug!);
        }

        await DomainRules.LockAsync(context, cancellationToken);
        if (await DomainRules.FindTakenAsync(context, hosts, organisation!.Id, cancellationToken) is { } taken)
        {
            // The name that its slug gives it goes with the slug: another one was made with it since the look before.
            return taken == _rules.OwnName(command.Slug!) ? SlugTaken(command.Slug!) : DomainTaken(taken);
        }

        PlanUsage More(Plan plan) => new(Sites: 1, PlanUsage.MemoryOf(blueprint, plan), origin?.DiskBytes ?? LeastBytes);
        if (await PlanUsage.FaultAsync(context, blueprints, organisation!.Id, More, cancellationToken) is { } exhausted)
        {
            return exhausted;
        }

        var references = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var service in blueprint!.Services)
        {
            if (!images.Resolve(service.Image).TryGet(out var reference, out var missing))
            {
                return missing;
            }

            references[service.Name] = reference;
        }

        return space.Fault() is { } full
            ? full
            : new CheckedSite(organisation!, blueprint, hosts, references)
            {
                AreHostsAccepted = AccessPolicy.ReachOf(actor, Permission.AcceptDomains).Covers(organisation!.Id, siteId: null),
            };
    }

    private List<string> CheckHosts(CreateSite command, FieldErrors errors)
    {
        var own = _rules.OwnName(command.Slug ?? string.Empty);
        var panel = options.Value.PanelDomain.ToLowerInvariant();
        var hosts = new List<string>();
        foreach (var (index, text) in (command.Domains ?? []).Index())
        {
            var path = $"domains[{index}]";
            if (!HostName.Normalise(text, path).TryGet(out var host, out var fault))
            {
                errors.Add(fault);
            }
            else if (_rules.Fault(host, command.Slug ?? string.Empty) is { } refused)
            {
                errors.Add(path, refused);
            }
            else if (!hosts.Contains(host))
            {
                hosts.Add(host);
            }
        }

        if (own == panel && SiteRules.SlugFault(command.Slug) is null)
        {
            errors.Add("slug", $"“{own}” is the panel's own name. Choose another slug.");
        }

        if (!hosts.Contains(own))
        {
            hosts.Add(own);
        }

        return hosts;
    }

    private static async Task CheckUploadAsync(
        PanelDbContext context,
        CreateSite command,
        Blueprint? blueprint,
        FieldErrors errors,
        CancellationToken cancellationToken
    )
    {
        var wanted = blueprint?.Code.From == CodeSource.Upload;
        if (wanted && command.CodeUpload is null)
        {
            errors.Add(
                "codeUpload",
                $"The blueprint “{blueprint!.Name}” unpacks its code from an archive. Upload one first and give its id."
            );
        }
        else if (blueprint is not null && !wanted && command.CodeUpload is not null)
        {
            errors.Add("codeUpload", $"The blueprint “{blueprint.Name}” has its code in the image; it takes no archive.");
        }
        else if (command.CodeUpload is { } id && !await context.CodeUploads.AnyAsync(upload => upload.Id == id, cancellationToken))
        {
            errors.Add("codeUpload", $"There is no upload {id}. Upload the archive first.");
        }
    }

    public static Problem SlugTaken(string slug) =>
        new(ProblemKind.Conflict, "slug-taken", $"There is a site “{slug}” already (it may be in the trash). Choose another slug.");

    public static Problem DomainTaken(string? host) =>
        new(
            ProblemKind.Conflict,
            "domain-taken",
            host is null
                ? "One of these host names belongs to another site."
                : $"The host name “{host}” belongs to another site. Remove it there first."
        );
}
