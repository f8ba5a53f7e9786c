using System.Net;
using System.Text;
using HostingPanel.Backups;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;

namespace HostingPanel.Certificates;

/// <summary>What an operation on a certificate is about.</summary>
internal sealed record CertificateArguments(string Host);

/// <summary>
/// Asks an authority for the certificate of one host name and serves it. Nothing of the site waits for it, and nothing is taken back: a name
/// without a new certificate goes on with the one that it has.
/// </summary>
internal sealed class ObtainCertificate(
    CertificateStore store,
    AcmeTool acme,
    IHostLookup hosts,
    ISwarm swarm,
    RoutePublisher routes,
    TimeProvider time
) : IOperationKind
{
    public string Kind => OperationKinds.ObtainCertificate;

    /// <summary>They wait for the authority, and share the worker's places with what people wait for.</summary>
    public int Budget => 2;

    public Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Step>>([
            new Step("check", "See that the name leads here", (_, token) => CheckAsync(operation, token)),
            new Step("ask", "Ask the authority", (progress, token) => AskAsync(operation, progress, token))
            {
                After = ["check"],
                Timeout = TimeSpan.FromMinutes(20),
            },
            new Step("tidy", "Tidy up", (_, token) => acme.TidyAsync(operation.Id, token)) { After = ["ask"] },
            new Step("serve", "Serve it", (_, token) => routes.PublishAsync(token)) { After = ["ask"] },
        ]);

    public async Task AbandonAsync(Operation operation, CancellationToken cancellationToken)
    {
        await acme.TidyAsync(operation.Id, cancellationToken);
        if (operation.ErrorCode is null or "cancelled" || await FindAsync(operation, cancellationToken) is not { } found)
        {
            return;
        }

        var now = time.GetStoredNow();
        await store.UpdateAsync(
            found.Known,
            row =>
            {
                if (row.ObtainedBy == operation.Id || row.Source == CertificateSource.Uploaded)
                {
                    // It is there; that the gateway did not take it is what the gateway's next change mends.
                    return;
                }

                (row.ProblemCode, row.Problem) = (operation.ErrorCode, operation.ErrorMessage);
                row.NotBeforeAttempt = now + CertificateTimes.After(++row.Attempts);
            },
            cancellationToken
        );
    }

    private async Task CheckAsync(Operation operation, CancellationToken cancellationToken)
    {
        var found = await RequireAsync(operation, cancellationToken);
        var host = found.Known.Host;
        await swarm.CheckAsync([], cancellationToken);
        if (
            await hosts.FindAsync(new Uri(found.Authority.Directory).Host, cancellationToken) is { Count: > 0 } places
            && places.FirstOrDefault(TargetRules.IsOfTheMachine) is { } own
        )
        {
            throw new StepFailedException(
                "authority-refused",
                $"The address of {found.Authority.Name} leads to {own}, which is of this machine itself."
            );
        }

        if (found.Dns is null && CertificateNames.IsWildcard(host))
        {
            throw new StepFailedException(
                "dns-account-needed",
                $"A wildcard is validated by DNS alone. Add an account at the DNS provider of {host[2..]} at Certificates."
            );
        }

        // An authority's own names are looked up by itself; asking in vain counts against everybody's share there.
        if (found.Dns is null && !found.Authority.IsPrivate)
        {
            Refuse(host, await hosts.FindAsync(host, cancellationToken));
        }
    }

    private static void Refuse(string host, IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.Count == 0)
        {
            throw new StepFailedException(
                "domain-not-found-in-dns",
                $"The DNS knows no {host}. Add an A record (or AAAA) that leads to this server where {host} is managed; it can take an hour until everybody sees it."
            );
        }

        if (addresses.All(address => TargetRules.IsOfTheMachine(address)))
        {
            throw new StepFailedException(
                "domain-not-here",
                $"{host} leads to {string.Join(", ", addresses)}, where no authority can reach it. Set its A record to this server's public address."
            );
        }
    }

    private async Task AskAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        var found = await RequireAsync(operation, cancellationToken);
        var (known, authority) = (found.Known, found.Authority);
        if (known.Certificate?.ObtainedBy == operation.Id)
        {
            // The worker that got it died before it could say so.
            return;
        }

        var key = await store.NextKeyAsync(known, cancellationToken);
        await store.UpdateAsync(known, row => row.TriedAt = time.GetStoredNow(), cancellationToken);
        await progress.ReportAsync($"{authority.Name} is asked, and looks at {known.Host} {(found.Dns is null ? "by HTTP" : "by DNS")}");
        var answer = await acme.AskAsync(
            authority,
            found.Dns,
            known.Host,
            key,
            new Ownership(known.SiteId, known.OrganisationId, operation.Id),
            cancellationToken
        );
        var now = time.GetStoredNow();
        if (answer.Chain is null)
        {
            if (answer.Type == "rateLimited")
            {
                await store.PauseAsync(authority.Id, now + CertificateTimes.RateLimitPause, answer.Detail, cancellationToken);
            }

            throw new StepFailedException(
                AcmeProblems.CodeOf(answer),
                AcmeProblems.MessageOf(answer, known.Host, authority.Name, found.Dns)
            );
        }

        var check = CertificateText.Check(answer.Chain, Encoding.ASCII.GetString(key), known.Host, now, asksForIssuers: false);
        if (!check.TryGet(out var served, out var faulty))
        {
            throw new StepFailedException("certificate-unusable", $"What {authority.Name} gave can't be served. {faulty.Message}");
        }

        await store.InstallAsync(known, served, operation.Id, now, cancellationToken);
        await progress.ReportAsync($"Certified by {served.Issuer} until {served.NotAfter:yyyy-MM-dd}");
    }

    private async Task<Wanted> RequireAsync(Operation operation, CancellationToken cancellationToken) =>
        await FindAsync(operation, cancellationToken) is not { } found
            ? throw new StepFailedException("site-moved-on", "Nobody has this host name any more: there is nothing to ask for.")
        : found.Known.Certificate?.Source == CertificateSource.Uploaded
            ? throw new StepFailedException("certificate-uploaded", "Somebody has uploaded a certificate of their own meanwhile.")
        : found.Authority is null
            ? throw new StepFailedException("no-authority", "The authority that was to be asked is not set up any more.")
        : new Wanted(found.Known, found.Authority, found.Dns);

    private async Task<(CertificateReading.Known Known, CertificateAuthority? Authority, DnsAccount? Dns)?> FindAsync(
        Operation operation,
        CancellationToken cancellationToken
    ) =>
        await store.FindAsync(operation.ArgumentsAs<CertificateArguments>().Host, cancellationToken) is { } found
            ? (found.Known, CertificateReading.AuthorityOf(found.Known, found.Authorities), found.Dns)
            : null;

    private sealed record Wanted(CertificateReading.Known Known, CertificateAuthority Authority, DnsAccount? Dns);
}

/// <summary>Serves a certificate that somebody has uploaded, or stops to.</summary>
internal sealed class InstallCertificate(RoutePublisher routes) : IOperationKind
{
    public string Kind => OperationKinds.InstallCertificate;

    public Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Step>>([new Step("serve", "Serve it", (_, token) => routes.PublishAsync(token))]);

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;
}
