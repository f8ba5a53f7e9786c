using HostingPanel.Access;
using HostingPanel.Blueprints;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Cron;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Sites;

/// <summary>What tests ask of a panel again and again. Each ends the test where the panel refuses or fails.</summary>
internal static class InstallationSteps
{
    /// <summary>Asks for a WordPress titled "Title of <paramref name="slug"/>"; gives the operation.</summary>
    public static async Task<Guid> CreateSiteAsync(
        this TestInstallation installation,
        string slug,
        CancellationToken cancellationToken,
        string organisation = "helpers"
    )
    {
        var wanted = new CreateSite(slug, organisation, "wordpress", $"Title of {slug}", "admin@example.org");
        var accepted = await installation.Sites.CreateAsync(Actor.Panel, wanted, idempotencyKey: null, cancellationToken);
        Assert.Null(accepted.Problem);
        return accepted.Value.Operation.Id;
    }

    /// <summary>Asks for an action on a site; gives the operation.</summary>
    public static async Task<Guid> RequestAsync(
        this TestInstallation installation,
        string slug,
        SiteAction action,
        CancellationToken cancellationToken
    )
    {
        var requested = await installation.Sites.RequestAsync(Actor.Panel, slug, action, idempotencyKey: null, cancellationToken);
        Assert.Null(requested.Problem);
        return requested.Value.Id;
    }

    /// <summary>Waits for an operation to succeed.</summary>
    public static async Task SucceedsAsync(this TestInstallation installation, Guid operation, CancellationToken cancellationToken)
    {
        var view = await installation.FinishAsync(operation, cancellationToken);
        Assert.True(view.State == OperationState.Succeeded, $"{view.Title}: {view.ErrorMessage}");
    }

    /// <summary>Does an action on a site, which succeeds.</summary>
    public static async Task SucceedsAsync(
        this TestInstallation installation,
        string slug,
        SiteAction action,
        CancellationToken cancellationToken
    ) => await installation.SucceedsAsync(await installation.RequestAsync(slug, action, cancellationToken), cancellationToken);

    /// <summary>Runs a command beside a service of a site, as the panel runs the hooks of its blueprint.</summary>
    public static async Task<JobResult> RunHookAsync(
        this TestInstallation installation,
        Guid siteId,
        BlueprintHook hook,
        CancellationToken cancellationToken
    )
    {
        var site = await installation.Get<SiteStore>().LoadAsync(siteId, null, cancellationToken);
        var job = site.Job(hook, Guid.CreateVersion7());
        var result = await installation.Get<ISwarm>().RunJobAsync(job, cancellationToken);
        Assert.True(result.ExitCode == 0, $"{hook.Name}: {string.Join('\n', result.Error.Concat(result.Output))}");
        return result;
    }

    /// <summary>A person runs a scheduled task; gives how it went, and what it said.</summary>
    public static async Task<(CronRunView Run, IReadOnlyList<string> Log)> RunCronAsync(
        this TestInstallation installation,
        string slug,
        string name,
        CancellationToken cancellationToken
    )
    {
        var asked = await installation.Get<CronService>().RunAsync(Actor.Panel, slug, name, idempotencyKey: null, cancellationToken);
        Assert.Null(asked.Problem);
        return await installation.FinishCronAsync(slug, name, asked.Value.Id, cancellationToken);
    }

    /// <summary>The time of a scheduled task comes; gives how it went, and what it said.</summary>
    public static async Task<(CronRunView Run, IReadOnlyList<string> Log)> LetCronComeAsync(
        this TestInstallation installation,
        Guid siteId,
        string slug,
        string name,
        CancellationToken cancellationToken
    )
    {
        var scheduler = installation.Get<CronScheduler>();
        // The first look gives it the time that is its site's own.
        await scheduler.QueueAsync(cancellationToken);
        var contexts = installation.Get<IDbContextFactory<PanelDbContext>>();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var due = await context
            .CronEntries.Where(entry => entry.SiteId == siteId && entry.Name == name && entry.Result == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(entry => entry.DueAt, entry => entry.DueAt - TimeSpan.FromHours(1)),
                cancellationToken
            );
        Assert.Equal(1, due);
        await scheduler.QueueAsync(cancellationToken);
        var queued = await context
            .Operations.Where(operation => operation.SiteId == siteId && operation.Kind == OperationKinds.RunCron)
            .Select(operation => operation.Id)
            .SingleAsync(cancellationToken);
        return await installation.FinishCronAsync(slug, name, queued, cancellationToken);
    }

    private static async Task<(CronRunView Run, IReadOnlyList<string> Log)> FinishCronAsync(
        this TestInstallation installation,
        string slug,
        string name,
        Guid operation,
        CancellationToken cancellationToken
    )
    {
        await installation.SucceedsAsync(operation, cancellationToken);
        var entries = await installation.Get<CronService>().ListAsync(Actor.Panel, slug, cancellationToken);
        var run = entries.Value.Single(entry => entry.Name == name).Last;
        Assert.Equal((CronResult.Succeeded, 0, operation), (run!.Result, run.ExitCode, run.Operation));
        var log = await installation.Get<OperationService>().ReadLogAsync(Actor.Panel, operation, after: 0, cancellationToken);
        return (run, [.. log.Value.Select(line => line.Text)]);
    }

    /// <summary>Trashes a site and deletes it for good.</summary>
    public static async Task PurgeAsync(this TestInstallation installation, string slug, CancellationToken cancellationToken)
    {
        await installation.SucceedsAsync(slug, SiteAction.Trash, cancellationToken);
        await installation.SucceedsAsync(slug, SiteAction.Purge, cancellationToken);
    }
}
