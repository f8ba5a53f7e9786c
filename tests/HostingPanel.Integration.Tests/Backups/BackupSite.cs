using System.Globalization;
using System.Net;
using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Docker;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Integration.Tests.Volumes;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>A real WordPress of which restore points are taken.</summary>
internal sealed class BackupSite(TestInstallation installation, string slug, Guid id)
{
    private int _scripts;

    public string Slug => slug;
    public Guid Id => id;

    /// <summary>Provisions one.</summary>
    public static async Task<BackupSite> CreateAsync(TestInstallation installation, string slug)
    {
        installation.Require();
        var token = TestContext.Current.CancellationToken;
        var accepted = await installation.Sites.CreateAsync(
            Actor.Panel,
            new CreateSite(slug, "helpers", "wordpress", $"The {slug}", "admin@example.org"),
            idempotencyKey: null,
            token
        );
        Assert.Null(accepted.Problem);
        var operation = await installation.FinishAsync(accepted.Value.Operation.Id, token);
        Assert.True(operation.State == OperationState.Succeeded, $"{operation.Title}: {operation.ErrorMessage}");
        return new BackupSite(installation, slug, (await installation.Sites.FindIdAsync(Actor.Panel, slug, token)).Value);
    }

    /// <summary>One that is there.</summary>
    public static async Task<BackupSite> FindAsync(TestInstallation installation, string slug) =>
        new(installation, slug, (await installation.Sites.FindIdAsync(Actor.Panel, slug, TestContext.Current.CancellationToken)).Value);

    /// <summary>Takes a restore point to the operation's end.</summary>
    public async Task<(OperationView Operation, RestorePointView Point)> TakeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        var backups = installation.Get<BackupService>();
        var asked = await backups.TakeAsync(Actor.Panel, slug, gently: false, idempotencyKey: null, token);
        Assert.Null(asked.Problem);
        var operation = await installation.FinishAsync(asked.Value.Id, token);
        return (operation, (await backups.GetAsync(Actor.Panel, slug, operation.Id, token)).Value);
    }

    /// <summary>The manifest of a restore point.</summary>
    public async Task<Manifest> ManifestAsync(Guid point) =>
        BackupJson.Read<Manifest>(
            (await installation.Get<BackupService>().GetManifestAsync(Actor.Panel, slug, point, TestContext.Current.CancellationToken))
                .Value
                .Json
        );

    /// <summary>Runs PHP inside of the site, as one of its own requests; gives what it printed.</summary>
    public async Task<string> RunPhpAsync(string code)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"t{++_scripts}");
        await RunBesideAsync(
            $"""
            mkdir -p /v/content/mu-plugins
            cat >/v/content/mu-plugins/{name}.php <<'PHP'
            <?php add_action('init', function () {"{"} if (!isset($_GET['{name}'])) return; global $wpdb; $wpdb->suppress_errors(false); {code} exit; {"}"});
            PHP
            """
        );
        var (status, body) = await installation.VisitAsync($"{slug}.localhost", $"/?{name}=1", TestContext.Current.CancellationToken);
        Assert.True(status == HttpStatusCode.OK, $"{status}: {body}");
        await RunBesideAsync($"rm /v/content/mu-plugins/{name}.php");
        return body;
    }

    /// <summary>Runs a script as root beside the volume “content”, at <c>/v/content</c>.</summary>
    public async Task<string> RunBesideAsync(string script)
    {
        var token = TestContext.Current.CancellationToken;
        await using var context = await installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(token);
        var volume = await context.Volumes.SingleAsync(row => row.SiteId == id && row.Name == "content", token);
        return await VolumeSite.RunAsync(installation, script, [(volume.EngineName, "content")]);
    }

    /// <summary>What of the site is in the engine.</summary>
    public Task<IReadOnlyList<string>> LabelledAsync() => installation.LabelledAsync(id, TestContext.Current.CancellationToken);

    /// <summary>The same without containers: the engine keeps a job's for a while after the job has gone.</summary>
    public async Task<IReadOnlyList<string>> KeptAsync() =>
        [.. (await LabelledAsync()).Where(thing => !thing.StartsWith("container", StringComparison.Ordinal))];

    /// <summary>Its containers that run.</summary>
    public async Task<IReadOnlyList<string>> RunningAsync()
    {
        var mine = Filters.Label("hp.site", id.ToString());
        var running = await installation.Docker.Containers.ListAsync(all: false, mine, TestContext.Current.CancellationToken);
        return [.. running.Select(container => container.Id).Order(StringComparer.Ordinal)];
    }

    public async Task PurgeAsync()
    {
        var token = TestContext.Current.CancellationToken;
        foreach (var action in (SiteAction[])[SiteAction.Trash, SiteAction.Purge])
        {
            var operation = await installation.DoAsync(slug, action, token);
            Assert.True(operation.State == OperationState.Succeeded, operation.ErrorMessage);
        }

        Assert.Empty(await LabelledAsync());
    }
}
