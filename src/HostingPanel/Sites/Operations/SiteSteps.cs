using System.Text;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Sites.Operations;

/// <summary>
/// The steps that site operations are made of. Each loads the site when it runs, because an earlier step may have changed it, and each undo
/// is right from any point at which its step can have stopped.
/// </summary>
internal sealed class SiteSteps(
    SiteStore store,
    ISwarm swarm,
    IGateway gateway,
    RoutePublisher routes,
    CodeUnpacker unpacker,
    TimeProvider time
)
{
    public const string DoesNotAnswer = "site-does-not-answer";
    private static readonly TimeSpan ServiceTimeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(150);

    public Step CheckMachine(Guid siteId) =>
        new(
            "check",
            "Check the machine",
            async (_, cancellationToken) =>
            {
                var site = await store.LoadAsync(siteId, null, cancellationToken);
                await swarm.CheckAsync(
                    [.. site.Site.Services.Select(service => service.Image).Distinct(StringComparer.Ordinal)],
                    cancellationToken
                );
            }
        );

    public Step Network(Guid siteId, Operation operation, params string[] after) =>
        new(
            "network",
            "Make its own network",
            async (_, cancellationToken) =>
                await swarm.EnsureNetworkAsync((await LoadAsync(siteId, operation, cancellationToken)).Network, cancellationToken)
        )
        {
            After = after,
            UndoAsync = cancellationToken => RemoveNetworkAsync(siteId, operation, cancellationToken),
        };

    public Step Secrets(Guid siteId, Operation operation, params string[] after) =>
        new("secrets", "Make its secrets", (_, cancellationToken) => EnsureSecretsAsync(siteId, operation, cancellationToken))
        {
            After = after,
            UndoAsync = cancellationToken => RemoveSecretsAsync(siteId, operation, cancellationToken),
        };

    /// <summary>For a site that is new: its volumes hold nothing but what this operation has put there, so they go when it is undone.</summary>
    public Step MakeVolumes(Guid siteId, Operation operation, params string[] after) =>
        new(
            "volumes",
            "Make its volumes",
            async (_, cancellationToken) =>
                await swarm.EnsureVolumesAsync((await LoadAsync(siteId, operation, cancellationToken)).Volumes, cancellationToken)
        )
        {
            After = after,
            UndoAsync = cancellationToken => RemoveVolumesAsync(siteId, operation, cancellationToken),
        };

    /// <summary>For a site that has been: a volume that is not there any more is lost, and an empty one in its place would hide that.</summary>
    public Step CheckVolumes(Guid siteId, Operation operation, params string[] after) =>
        new(
            "volumes",
            "Check its volumes",
            async (_, cancellationToken) =>
                await swarm.RequireVolumesAsync((await LoadAsync(siteId, operation, cancellationToken)).Volumes, cancellationToken)
        )
        {
            After = after,
        };

    public Step Code(Guid siteId, Operation operation, string volume, params string[] after) =>
        new(
            "code",
            "Unpack its code",
            async (progress, cancellationToken) =>
            {
                var site = await LoadAsync(siteId, operation, cancellationToken);
                var files = await unpacker.UnpackAsync(site.Site.CodeUploadId!.Value, site.Volume(volume), cancellationToken);
                await progress.ReportAsync(files == 1 ? "1 file" : $"{files} files");
            }
        )
        {
            After = after,
        };

    public Step StartService(Guid siteId, Operation operation, string service, string image, params string[] after) =>
        new(
            $"start-{service}",
            $"Start {service}",
            async (progress, cancellationToken) =>
            {
                var definition = (await LoadAsync(siteId, operation, cancellationToken)).Service(service, replicas: 1);
                await swarm.ApplyServiceAsync(definition, cancellationToken);
                await progress.ReportAsync($"{image}: waiting until it is healthy");
                await swarm.WaitForServiceAsync(definition, ServiceTimeout, cancellationToken);
                await progress.ReportAsync($"{image}: healthy");
            }
        )
        {
            After = after,
            UndoAsync = async cancellationToken =>
                await swarm.RemoveServiceAsync(
                    (await LoadAsync(siteId, operation, cancellationToken)).ServiceName(service),
                    cancellationToken
                ),
            Timeout = ServiceTimeout + TimeSpan.FromSeconds(30),
        };

    /// <summary>Takes a service's containers away and keeps what it is.</summary>
    public Step StopService(Guid siteId, Operation operation, string service, params string[] after) =>
        new(
            $"stop-{service}",
            $"Stop {service}",
            (_, cancellationToken) => ScaleAsync(siteId, operation, service, replicas: 0, cancellationToken)
        )
        {
            After = after,
            UndoAsync = cancellationToken => ScaleAsync(siteId, operation, service, replicas: 1, cancellationToken),
        };

    public Step Install(Guid siteId, Operation operation, BlueprintHook hook, params string[] after) =>
        new(
            "install",
            "Install the application",
            async (progress, cancellationToken) =>
            {
                var job = (await LoadAsync(siteId, operation, cancellationToken)).Job(hook, operation.Id);
                var result = await swarm.RunJobAsync(job, cancellationToken);
                await progress.LogAsync(result.Output);
                await progress.LogAsync(result.Error, areErrors: true);
                if (result.ExitCode != 0)
                {
                    throw new StepFailedException(
                        "install-failed",
                        $"The install hook ended with exit code {result.ExitCode}: {HookReport.WhyOf(result)}"
                    );
                }

                await progress.ReportAsync("Installed");
            }
        )
        {
            After = after,
            Timeout = hook.Command.Timeout + TimeSpan.FromMinutes(1),
        };

    public Step SetRoute(string name, string title, Guid siteId, RouteMode? mode, RouteMode? undoTo, params string[] after) =>
        new(name, title, (_, cancellationToken) => routes.SetAsync(siteId, mode, cancellationToken))
        {
            After = after,
            UndoAsync = cancellationToken => routes.SetAsync(siteId, undoTo, cancellationToken),
        };

    /// <summary>Asks for the site by its public name until it answers as its blueprint says.</summary>
    public Step Probe(Guid siteId, Operation operation, params string[] after) =>
        new(
            "probe",
            "Visit it through the gateway",
            async (progress, cancellationToken) =>
            {
                var site = await LoadAsync(siteId, operation, cancellationToken);
                var answer = await WaitForAnswerAsync(site, site.Blueprint.Front.Probe.Within, cancellationToken);
                await progress.ReportAsync(answer.Title is { } title ? $"{answer.Status}: “{title}”" : $"{answer.Status}");
            }
        )
        {
            After = after,
            Timeout = TimeSpan.FromMinutes(10),
        };

    /// <summary>Waits until the site answers by its public name as its blueprint says.</summary>
    /// <exception cref="StepFailedException"><see cref="DoesNotAnswer"/>: not within that time.</exception>
    public async Task<ProbeResult> WaitForAnswerAsync(SiteAssembly site, TimeSpan limit, CancellationToken cancellationToken)
    {
        var probe = site.Blueprint.Front.Probe;
        using var within = new CancellationTokenSource(limit, time);
        using var token = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, within.Token);
        ProbeResult? last = null;
        try
        {
            while (true)
            {
                last = await gateway.ProbeAsync(site.PrimaryHost, probe.Path, token.Token);
                if (last is { FromGateway: false, Status: { } status } && probe.Statuses.Contains(status))
                {
                    return last;
                }

                await Task.Delay(ProbeInterval, time, token.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StepFailedException(
                DoesNotAnswer,
                $"{site.Facts.Url}{probe.Path} should answer {string.Join(" or ", probe.Statuses)} within {limit.TotalSeconds:0} s; the last answer was {Describe(last)}. Its logs say more."
            );
        }
    }

    public Step Settle(string title, Guid siteId, Action<Site> change, params string[] after) =>
        new("settle", title, (_, cancellationToken) => store.UpdateAsync(siteId, change, cancellationToken)) { After = after };

    public Task<SiteAssembly> LoadAsync(Guid siteId, Operation operation, CancellationToken cancellationToken) =>
        store.LoadAsync(siteId, operation.Id, cancellationToken);

    public async Task EnsureSecretsAsync(Guid siteId, Operation operation, CancellationToken cancellationToken)
    {
        var values = await store.EnsureSecretsAsync(siteId, cancellationToken);
        var site = await LoadAsync(siteId, operation, cancellationToken);
        await Parallel.ForEachAsync(
            values,
            cancellationToken,
            async (secret, token) =>
                await swarm.EnsureSecretAsync(new SecretDefinition(site.SecretName(secret.Key), secret.Value, site.Owner), token)
        );
    }

    public async Task RemoveSecretsAsync(Guid siteId, Operation operation, CancellationToken cancellationToken)
    {
        var site = await LoadAsync(siteId, operation, cancellationToken);
        foreach (var secret in site.Site.Secrets)
        {
            await swarm.RemoveSecretAsync(site.SecretName(secret.Name), cancellationToken);
        }
    }

    public async Task RemoveNetworkAsync(Guid siteId, Operation operation, CancellationToken cancellationToken) =>
        await swarm.RemoveNetworkAsync((await LoadAsync(siteId, operation, cancellationToken)).Network.Name, cancellationToken);

    public async Task RemoveVolumesAsync(Guid siteId, Operation operation, CancellationToken cancellationToken)
    {
        var site = await LoadAsync(siteId, operation, cancellationToken);
        foreach (var volume in site.Volumes)
        {
            await swarm.RemoveVolumeAsync(volume.Name, volume.Identity, cancellationToken);
        }
    }

    /// <summary>The administrator's one-time address, where the blueprint has one.</summary>
    public async Task<string?> AdminLinkAsync(Guid siteId, Operation operation, CancellationToken cancellationToken)
    {
        var site = await LoadAsync(siteId, operation, cancellationToken);
        return site.Blueprint.Administrator?.LinkFor(
            site.Facts.Url,
            Encoding.ASCII.GetString(store.Open(site.Site, SecretNames.AdminLinkKey))
        );
    }

    public async Task ScaleAsync(Guid siteId, Operation operation, string service, int replicas, CancellationToken cancellationToken)
    {
        var definition = (await LoadAsync(siteId, operation, cancellationToken)).Service(service, replicas);
        await swarm.ApplyServiceAsync(definition, cancellationToken);
        try
        {
            await swarm.WaitForServiceAsync(definition, ServiceTimeout, cancellationToken);
        }
        catch (PlatformException stuck) when (replicas == 0 && stuck.Code == "does-not-stop")
        {
            // The engine kills what outlives its grace, so it has lost sight of a task (seen once in some hundred stops of one that was just
            // being started). Removing the service takes the task with it, and there is nothing in a container to lose.
            await swarm.RemoveServiceAsync(definition.Name, cancellationToken);
            await swarm.ApplyServiceAsync(definition, cancellationToken);
        }
    }

    private static string Describe(ProbeResult? result) =>
        result switch
        {
            null => "none",
            { FromGateway: true } => $"the gateway's own page ({result.Status})",
            { Status: { } status } => $"{status}",
            _ => result.Error ?? "none",
        };
}
