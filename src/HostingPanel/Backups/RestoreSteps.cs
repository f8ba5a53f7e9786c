using HostingPanel.Blueprints;
using HostingPanel.Domains;
using HostingPanel.Operations;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Operations;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups;

/// <summary>The steps that restoring as a new site is made of.</summary>
internal sealed class RestoreSteps(
    SiteSteps steps,
    SiteStore sites,
    RestoreStore store,
    TrafficTaker traffic,
    RestoreFiles files,
    RestoreDatabases databases,
    BackupSiteSteps siteSteps,
    Toolbox toolbox,
    ISwarm swarm,
    ISecretProtector protector,
    SiteNaming naming,
    IOptions<PanelOptions> options
)
{
    private readonly SiteNames _names = new(options.Value);

    /// <summary>The services that databases need: they are started before anything is loaded, all others after.</summary>
    public static IReadOnlyList<string> StartedBeforeLoading(Blueprint blueprint)
    {
        var early = new List<string>();
        var open = new Queue<string>(blueprint.Databases.Select(database => database.Service));
        while (open.TryDequeue(out var name))
        {
            if (!early.Contains(name, StringComparer.Ordinal))
            {
                early.Add(name);
                blueprint.Service(name).After.ToList().ForEach(open.Enqueue);
            }
        }

        return early;
    }

    /// <summary>
    /// The step after which a service may start: a database server, into which the dumps are only loaded, while files are fetched; one
    /// that has a volume of them when they were compared.
    /// </summary>
    public static string ReadyFor(BlueprintService service, Manifest manifest) =>
        service.Mounts.Any(mount => manifest.Volumes.Any(volume => volume.Name == mount.Volume)) ? "files" : "volumes";

    public Task<bool> IsThereAsync(Guid siteId, CancellationToken cancellationToken) => store.IsThereAsync(siteId, cancellationToken);

    public Task<RestoreWork> WorkAsync(Operation operation, CancellationToken cancellationToken) =>
        store.LoadAsync(operation, cancellationToken);

    public Task ForgetAsync(Guid siteId, CancellationToken cancellationToken) => store.ForgetSiteAsync(siteId, cancellationToken);

    public Step Check(Operation operation) =>
        new(
            "check",
            "Check the restore point and the machine",
            async (progress, cancellationToken) =>
            {
                var work = await store.LoadAsync(operation, cancellationToken);
                var (manifest, blueprint) = (work.Manifest, work.Site.Blueprint);
                await swarm.CheckRoomAsync((work.Point.DatabaseBytes * 3) + work.Point.FileBytes, cancellationToken);
                await swarm.CheckAsync([toolbox.Image], cancellationToken);
                try
                {
                    await swarm.CheckAsync(work.Images, cancellationToken);
                }
                catch (PlatformException missing) when (missing.Code == "image-missing")
                {
                    await store.UseCurrentImagesAsync(work.Site.Site.Id, blueprint, cancellationToken);
                    await progress.LogAsync([$"{missing.Message} The present releases are used in place of those of the restore point."]);
                    work = await store.LoadAsync(operation, cancellationToken);
                    await swarm.CheckAsync(work.Images, cancellationToken);
                }

                if (blueprint.Version != manifest.Site.BlueprintVersion)
                {
                    await progress.LogAsync([
                        $"The blueprint “{blueprint.Name}” is of version {blueprint.Version} now; the restore point was taken with version {manifest.Site.BlueprintVersion}.",
                    ]);
                }
            }
        );

    /// <summary>Its own secrets out of the restore point, everything else anew; and grants by which its databases can be loaded (<see cref="LoadingGrants"/>).</summary>
    public Step Secrets(Operation operation, params string[] after) =>
        new(
            "secrets",
            "Make its secrets",
            async (_, cancellationToken) =>
            {
                var work = await store.LoadAsync(operation, cancellationToken);
                var id = work.Site.Site.Id;
                var own = work.Manifest.Secrets.ToDictionary(
                    secret => secret.Key,
                    secret => protector.Unprotect(secret.Value, Manifest.SecretContext(work.Point.Id, secret.Key)),
                    StringComparer.Ordinal
                );
                await sites.TakeOverSecretsAsync(id, own, cancellationToken);
                await traffic.GiveAsync(id, work.Manifest, operation.RequestedByName, cancellationToken);
                await sites.EnsureSecretsAsync(id, cancellationToken);
                await sites.RenewInitSqlAsync(id, LoadingGrants.Of(work.Site.Blueprint, work.Manifest), cancellationToken);
                await steps.EnsureSecretsAsync(id, operation, cancellationToken);
            }
        )
        {
            After = after,
            UndoAsync = async cancellationToken =>
            {
                var site = await steps.LoadAsync(operation.SiteId!.Value, operation, cancellationToken);
                foreach (var secret in site.Site.Secrets)
                {
                    for (var version = 1; version <= secret.Version; version++)
                    {
                        await swarm.RemoveSecretAsync(_names.Secret(site.Site.ShortId, secret.Name, version), cancellationToken);
                    }
                }
            },
        };

    public Step MakeVolumes(Operation operation, params string[] after) =>
        new(
            "volumes",
            "Make its volumes",
            async (_, cancellationToken) =>
            {
                var work = await store.LoadAsync(operation, cancellationToken);
                await swarm.EnsureVolumesAsync(RestoreFiles.VolumesOf(work), cancellationToken);
            }
        )
        {
            After = after,
            UndoAsync = async cancellationToken =>
            {
                var work = await store.LoadAsync(operation, cancellationToken);
                foreach (var volume in RestoreFiles.VolumesOf(work))
                {
                    await swarm.RemoveVolumeAsync(volume.Name, volume.Identity, cancellationToken);
                }

                await files.TidyAsync(work, cancellationToken);
            },
        };

    public Step FetchDumps(Operation operation, params string[] after) =>
        new("fetch-dumps", "Fetch the dumps of its databases", Fetch(operation, files.FetchDumpsAsync))
        {
            After = after,
            Timeout = Toolbox.StepTimeout,
        };

    public Step FetchVolume(Operation operation, string volume, params string[] after) =>
        new(
            $"fetch-{volume}-files",
            $"Fetch the files of {volume}",
            Fetch(operation, (work, progress, token) => files.FetchVolumeAsync(work, volume, progress, token))
        )
        {
            After = after,
            Timeout = Toolbox.StepTimeout,
        };

    public Step CompareFiles(Operation operation, params string[] after) =>
        new("files", "Compare its files with the manifest", Fetch(operation, files.CompareAsync))
        {
            After = after,
            Timeout = Toolbox.StepTimeout,
        };

    public Step LoadDatabases(Operation operation, params string[] after) =>
        new("load", "Load its databases and compare them with the manifest", Fetch(operation, databases.LoadAsync))
        {
            After = after,
            Timeout = Toolbox.StepTimeout,
        };

    public Step SettleGrants(Operation operation, params string[] after) =>
        new(
            "grants",
            "Give its databases their own grants again",
            (_, cancellationToken) => siteSteps.ApplyGrantsAsync(operation, InitSqlGrants.Exact, cancellationToken)
        )
        {
            After = after,
        };

    /// <summary>It is a copy of a site that may run beside it: it must mail nobody and bill nothing.</summary>
    public Step Neutralise(Operation operation, BlueprintHook hook, params string[] after) =>
        new(
            "neutralise",
            "Make it harmless",
            async (progress, cancellationToken) =>
            {
                var job = (await steps.LoadAsync(operation.SiteId!.Value, operation, cancellationToken)).Job(hook, operation.Id);
                var result = await swarm.RunJobAsync(job, cancellationToken);
                await progress.LogAsync(result.Output);
                await progress.LogAsync(result.Error, areErrors: true);
                if (result.ExitCode != 0)
                {
                    throw new StepFailedException(
                        "neutralise-failed",
                        $"The hook that makes a copy harmless ended with exit code {result.ExitCode}: {HookReport.WhyOf(result)}"
                    );
                }
            }
        )
        {
            After = after,
            Timeout = hook.Command.Timeout + TimeSpan.FromMinutes(1),
        };

    /// <summary>
    /// Tells the application its name, where the restore point knows it by another one: the links in its texts would lead to the site that
    /// has that name. When it can't be told, the site is restored all the same.
    /// </summary>
    /// <returns>No step, where there is nothing to tell or nobody who understands.</returns>
    public IEnumerable<Step> Rename(Operation operation, RestoreWork work, params string[] after)
    {
        var to = work.Site.PrimaryHost;
        if (work.Site.Blueprint.Hooks.Rename is not { } hook || work.Manifest.Site.Domains is not [var from, ..] || from == to)
        {
            yield break;
        }

        yield return new Step(
            "rename",
            "Tell its application what it is called",
            async (progress, cancellationToken) =>
            {
                if (await RenamedAsync() is { } fault)
                {
                    await progress.LogAsync([$"Links in its texts still lead to {from}: {fault}"], areErrors: true);
                    await progress.ReportAsync($"links in its texts still lead to {from}");
                }

                async Task<string?> RenamedAsync()
                {
                    try
                    {
                        return await naming.RenameAsync(operation, hook, from, to, progress, cancellationToken);
                    }
                    catch (PlatformException failure) when (!failure.IsPassing)
                    {
                        return failure.Message;
                    }
                }
            }
        )
        {
            After = after,
            Timeout = hook.Command.Timeout + TimeSpan.FromMinutes(1),
        };
    }

    public Step Tidy(Operation operation, params string[] after) =>
        new("tidy", "Tidy up", Fetch(operation, (work, progress, token) => files.TryTidyAsync(work, progress, token))) { After = after };

    public Step Settle(Operation operation, params string[] after) =>
        new(
            "settle",
            "Hand it over",
            async (progress, cancellationToken) =>
            {
                var took = await store.SettleAsync(operation, cancellationToken);
                await progress.ReportAsync($"{took:h\\:mm\\:ss}");
            }
        )
        {
            After = after,
        };

    private Func<StepProgress, CancellationToken, Task> Fetch(
        Operation operation,
        Func<RestoreWork, StepProgress, CancellationToken, Task> run
    ) => async (progress, cancellationToken) => await run(await store.LoadAsync(operation, cancellationToken), progress, cancellationToken);
}
