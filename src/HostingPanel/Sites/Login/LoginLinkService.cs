using System.Security.Cryptography;
using System.Text;
using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Volumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites.Login;

/// <summary>A one-time way into a site's own administration, on its way.</summary>
/// <param name="Operation">What makes it good: until it has succeeded, the link opens nothing.</param>
/// <param name="Link">
/// The address that logs whoever opens it first in, once. Told to nobody but who asked, and now only; null when an idempotency key named one
/// that was asked for before.
/// </param>
public sealed record LoginLink(OperationView Operation, string? Link);

/// <summary>
/// Lets somebody into a site's own administration without its password. The key is made here and never kept: the database, the worker and the
/// site know its hash alone, so only who asked can ever use it.
/// </summary>
public sealed class LoginLinkService
{
    private const int KeyBytes = 32;
    private readonly VolumeRequests _requests;
    private readonly BlueprintCatalogue _blueprints;
    private readonly PanelOptions _options;

    internal LoginLinkService(VolumeRequests requests, BlueprintCatalogue blueprints, IOptions<PanelOptions> options) =>
        (_requests, _blueprints, _options) = (requests, blueprints, options.Value);

    /// <summary>For how long a link can be used once it is good; the images' hooks hold to it.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>Whether sites of this blueprint can be logged in to so.</summary>
    public bool IsOffered(string blueprint) => _blueprints.Get(blueprint)?.Hooks.LoginLink is not null;

    /// <summary>
    /// Has the site take a key once, within ten minutes. Nothing of its users is changed. Refused: <c>no-login-link</c>, <c>site-is-…</c>,
    /// <c>site-busy</c>.
    /// </summary>
    /// <param name="actor">Who wants in.</param>
    /// <param name="slug">The site.</param>
    /// <param name="idempotencyKey">Same key and same site: the same operation again, without the link.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<LoginLink>> MakeAsync(Actor actor, string slug, string? idempotencyKey, CancellationToken cancellationToken)
    {
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));
        var arguments = new LoginLinkArguments(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key))));
        var link = string.Empty;
        var queued = await _requests.QueueAsync(
            actor,
            context => VolumeRequests.SiteOfAsync(context, actor, Permission.LogInToSites, slug, cancellationToken),
            idempotencyKey,
            Idempotency.HashOf(OperationKinds.MakeLoginLink, slug),
            async scope =>
            {
                var host = await HostOfAsync(scope, cancellationToken);
                if (WhyNot(scope.Site, host) is { } refused)
                {
                    return refused;
                }

                var address = _options.PublicUrl(host!);
                link = _blueprints.Get(scope.Site.Blueprint)!.Administrator!.LoginLinkFor(address, key);
                return new OperationRequest(OperationKinds.MakeLoginLink, scope.Site.Id, slug, Arguments: arguments);
            },
            cancellationToken
        );
        if (!queued.TryGet(out var operation, out var problem))
        {
            return problem;
        }

        var isNew = operation.ArgumentsAs<LoginLinkArguments>() == arguments;
        return new LoginLink(OperationView.From(operation), isNew ? link : null);
    }

    private Problem? WhyNot(Site site, string? host) =>
        !IsOffered(site.Blueprint)
            ? new Problem(
                ProblemKind.Conflict,
                "no-login-link",
                $"{site.Slug} can't be logged in to from here: this kind of site has no such way in. Use its own login page."
            )
        : SiteTransitions.WhyNotRunning(site) is { } refused ? refused
        : host is null ? new Problem(ProblemKind.Conflict, "no-host-name", $"{site.Slug} has no host name to be reached by.")
        : null;

    private static async Task<string?> HostOfAsync(VolumeRequests.Scope scope, CancellationToken cancellationToken) =>
        await scope
            .Context.Domains.Where(domain => domain.SiteId == scope.Site.Id && domain.IsPrimary)
            .Select(domain => domain.Host)
            .SingleOrDefaultAsync(cancellationToken);
}
