using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites.Operations;

namespace HostingPanel.Sites.Login;

/// <summary>What a <see cref="MakeLoginLink"/> is about.</summary>
/// <param name="KeyHash">The SHA-256 of the key, as lower-case hexadecimal: no secret.</param>
internal sealed record LoginLinkArguments(string KeyHash);

/// <summary>
/// Tells a site the hash of a key that logs somebody in once. The hook does it no second time for the same hash, so a link that was used while
/// the worker died stays used. Nothing is to be taken back: what is not used ends by itself.
/// </summary>
internal sealed class MakeLoginLink(SiteStore sites, ISwarm swarm) : IOperationKind
{
    /// <summary>The site's hook ended with another exit code than 0.</summary>
    public const string Failed = "login-link-failed";

    /// <summary>The variable that carries the hash.</summary>
    public const string HashVariable = "HP_LOGIN_KEY_HASH";

    public string Kind => OperationKinds.MakeLoginLink;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
        var hook =
            site.Blueprint.Hooks.LoginLink
            ?? throw new StepFailedException(
                "no-login-link",
                $"The blueprint of {site.Site.Slug} has no way in any more. Use the site's own login page."
            );
        return
        [
            new Step("key", "Let the site take the key once", (progress, token) => TellAsync(operation, hook, progress, token))
            {
                Timeout = hook.Command.Timeout + TimeSpan.FromMinutes(1),
            },
        ];
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task TellAsync(Operation operation, BlueprintHook hook, StepProgress progress, CancellationToken cancellationToken)
    {
        var site = await sites.LoadAsync(operation.SiteId!.Value, operation.Id, cancellationToken);
        var job = site.Job(hook, operation.Id);
        var environment = new Dictionary<string, string>(job.Container.Environment, StringComparer.Ordinal)
        {
            [HashVariable] = operation.ArgumentsAs<LoginLinkArguments>().KeyHash,
        };
        var result = await swarm.RunJobAsync(job with { Container = job.Container with { Environment = environment } }, cancellationToken);
        await progress.LogAsync(result.Output);
        await progress.LogAsync(result.Error, areErrors: true);
        if (result.ExitCode != 0)
        {
            throw new StepFailedException(Failed, $"The site could not let anybody in: {HookReport.WhyOf(result)}");
        }

        await progress.ReportAsync("ready");
    }
}
