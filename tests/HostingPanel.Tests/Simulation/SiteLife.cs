using System.Formats.Tar;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using HostingPanel.Access;
using HostingPanel.Backups;
using HostingPanel.Backups.Drills;
using HostingPanel.Backups.Panel;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Sites;
using HostingPanel.Sites.Reconciliation;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HostingPanel.Tests.Simulation;

/// <summary>One thing that happens to a site.</summary>
/// <param name="Kind">The kind of operation that it becomes.</param>
/// <param name="Action">What a person asks for; null where it is none of the actions on a site.</param>
/// <param name="Failing">The engine's call that fails meanwhile, so that the operation is undone; null for none.</param>
internal sealed record Chapter(string Kind, SiteAction? Action, string? Failing = null)
{
    /// <summary>Asks for what is none of a site's actions, and gives the operation that it becomes.</summary>
    public Func<SimulatedWorker, SiteInLife, CancellationToken, Task<Guid>>? Ask { get; init; }

    public override string ToString() => Failing is null ? Kind : $"{Kind} with a failing {Failing}";
}

/// <summary>The site that lives.</summary>
internal sealed record SiteInLife(string Slug, string ShortId, MemoryEngine Engine);

/// <summary>How a chapter ended, in words that are the same for two sites that are alike.</summary>
internal sealed record Ending(OperationState State, string? ErrorCode, SiteState? Site, IReadOnlyList<string> Engine);

/// <summary>A site that goes through the chapters of its life, in each of which the worker may be killed at a given effect.</summary>
internal sealed partial class SiteLife(NpgsqlDataSource database, string uploads, MemoryEngine engine, string blueprint) : IAsyncDisposable
{
    public const string Organisation = "helpers";
    private static int _made;
    private string _slug = string.Empty;
    private readonly SimulatedWorker _panel = new(database, uploads, engine);
    private Guid _siteId;
    private string _shortId = string.Empty;

    /// <summary>Where the worker died in the last chapter; null when it came through.</summary>
    public string? DiedAt { get; private set; }

    /// <summary>How many places to die at the worker of the last chapter had.</summary>
    public int Places { get; private set; }

    /// <summary>Makes the organisation in a new database.</summary>
    public static async Task FoundAsync(NpgsqlDataSource database, string uploads, CancellationToken cancellationToken)
    {
        await using var panel = new SimulatedWorker(database, uploads, new MemoryEngine());
        var made = await panel
            .Get<OrganisationService>()
            .CreateAsync(Actor.Panel, new CreateOrganisation(Organisation, "Helpers"), null, cancellationToken);
        Assert.Null(made.Problem);
        await using var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);
        await context.Plans.ExecuteUpdateAsync(
            set =>
                set.SetProperty(plan => plan.MaxSites, 10_000)
                    .SetProperty(plan => plan.MaxMemoryBytes, 1L << 50)
                    .SetProperty(plan => plan.MaxRestorePoints, 100_000)
                    .SetProperty(plan => plan.MaxDiskBytes, 1L << 50),
            cancellationToken
        );
    }

    /// <summary>Lets a chapter happen, with a worker that dies at its n-th effect and a second one that finds what it left.</summary>
    public Task<Ending> LiveAsync(Chapter chapter, int? killAt, CancellationToken cancellationToken) =>
        LiveAsync(chapter, new Crasher(killAt), cancellationToken);

    /// <summary>Lets a chapter happen, with a worker that dies where it is told to and a second one that finds what it left.</summary>
    public async Task<Ending> LiveAsync(Chapter chapter, Crasher crasher, CancellationToken cancellationToken)
    {
        var operationId = await RequestAsync(_panel, chapter, cancellationToken);
        await CompareWithPlanAsync(operationId, cancellationToken);
        if (chapter.Failing is { } failing)
        {
            engine.Failures[failing] = new PlatformException("made-to-fail", $"The {failing} was made to fail.");
        }

        await using (var first = new SimulatedWorker(database, uploads, engine, crasher))
        {
            await first.RunAsync(cancellationToken);
            (DiedAt, Places) = (first.Crasher.Where, first.Crasher.Passed);
        }

        if (DiedAt is not null)
        {
            // A process of its own, with nothing in its memory of what was before.
            await using var second = new SimulatedWorker(database, uploads, engine);
            await second.LetLeasesEndAsync(cancellationToken);
            await second.RunAsync(cancellationToken);
        }

        engine.Failures.Clear();
        return await LookAsync(_panel, operationId, cancellationToken);
    }

    /// <summary>The panel that is asked, by which a test may ask for more.</summary>
    public SimulatedWorker Panel => _panel;

    /// <summary>The site that lives.</summary>
    public SiteInLife Site => new(_slug, _shortId, engine);

    public ValueTask DisposeAsync() => _panel.DisposeAsync();

    /// <summary>What people are told of a kind, that it is taken back or not, is what its steps do.</summary>
    private async Task CompareWithPlanAsync(Guid operationId, CancellationToken cancellationToken)
    {
        await using var context = await _panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);
        var operation = await context.Operations.AsNoTracking().SingleAsync(row => row.Id == operationId, cancellationToken);
        var kind = _panel.Get<IEnumerable<IOperationKind>>().Single(kind => kind.Kind == operation.Kind);
        var plan = await kind.PlanAsync(operation, cancellationToken);
        Assert.Equal(
            (operation.Kind, OperationKinds.IsTakenBack(operation.Kind)),
            (operation.Kind, plan.Any(step => step.UndoAsync is not null))
        );
    }

    private async Task<Guid> RequestAsync(SimulatedWorker panel, Chapter chapter, CancellationToken cancellationToken)
    {
        var sites = panel.Get<SiteManager>();
        if (chapter.Ask is { } ask)
        {
            return await ask(panel, new SiteInLife(_slug, _shortId, engine), cancellationToken);
        }

        if (chapter.Action is { } action)
        {
            var asked = await sites.RequestAsync(Actor.Panel, _slug, action, null, cancellationToken);
            Assert.Null(asked.Problem);
            return asked.Value.Id;
        }

        switch (chapter.Kind)
        {
            case OperationKinds.HealSite:
                engine.Lose(_siteId);
                return await HealAsync(panel, cancellationToken);
            case OperationKinds.RemoveUnowned:
                return await RemoveUnownedAsync(panel, cancellationToken);
            default:
                return await CreateAsync(panel, sites, cancellationToken);
        }
    }

    /// <summary>The reconciler is the one who asks.</summary>
    private async Task<Guid> HealAsync(SimulatedWorker panel, CancellationToken cancellationToken)
    {
        var look = await panel.Get<Reconciler>().PassAsync(cancellationToken);
        Assert.Equal(1, look.Queued);
        await using var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);
        return await context
            .Operations.Where(operation => operation.SiteId == _siteId && operation.State == OperationState.Queued)
            .Select(operation => operation.Id)
            .SingleAsync(cancellationToken);
    }

    private async Task<Guid> RemoveUnownedAsync(SimulatedWorker panel, CancellationToken cancellationToken)
    {
        var left = new NetworkDefinition($"hp-{_slug}-left-behind", "10.0.0.0/28", new Ownership(_siteId, null));
        engine.Networks[left.Name] = left;
        await panel.Get<Reconciler>().PassAsync(cancellationToken);
        var service = panel.Get<ReconciliationService>();
        var unowned = await service.ListUnownedAsync(Actor.Panel, new PageRequest(), cancellationToken);
        var thing = unowned.Value.Items.Single(thing => thing.Name == left.Name);
        return (await service.RemoveUnownedAsync(Actor.Panel, thing.Id, null, cancellationToken)).Value.Id;
    }

    private async Task<Guid> CreateAsync(SimulatedWorker panel, SiteManager sites, CancellationToken cancellationToken)
    {
        _slug = string.Create(CultureInfo.InvariantCulture, $"simulated-{Interlocked.Increment(ref _made)}");
        var command = new CreateSite(_slug, Organisation, blueprint, "Title", "admin@example.org");
        if (blueprint == "php")
        {
            command = command with { CodeUpload = await UploadAsync(panel, cancellationToken) };
        }

        var made = await sites.CreateAsync(Actor.Panel, command, null, cancellationToken);
        Assert.Null(made.Problem);
        await using var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);
        var site = await context.Sites.SingleAsync(site => site.Slug == _slug, cancellationToken);
        (_siteId, _shortId) = (site.Id, site.ShortId);
        return made.Value.Operation.Id;
    }

    private static async Task<Guid> UploadAsync(SimulatedWorker panel, CancellationToken cancellationToken)
    {
        using var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, leaveOpen: true))
        {
            var entry = new PaxTarEntry(TarEntryType.RegularFile, "index.php")
            {
                DataStream = new MemoryStream(Encoding.ASCII.GetBytes("<?php echo 'hello';")),
                ModificationTime = DateTimeOffset.UnixEpoch,
            };
            await tar.WriteEntryAsync(entry, cancellationToken);
        }

        archive.Position = 0;
        var stored = await panel.Get<UploadService>().StoreAsync(Actor.Panel, "code.tar", archive, null, cancellationToken);
        return stored.Value.Id;
    }

    private async Task<Ending> LookAsync(SimulatedWorker panel, Guid operationId, CancellationToken cancellationToken)
    {
        await using var context = await panel.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(cancellationToken);
        var operation = await context
            .Operations.AsNoTracking()
            .Include(operation => operation.Steps)
            .SingleAsync(operation => operation.Id == operationId, cancellationToken);
        Assert.Null(operation.LeaseUntil);
        Assert.All(
            operation.Steps,
            step => Assert.False(step.State is StepState.Pending or StepState.Running, $"{step.Name} is {step.State}")
        );
        var state = await context
            .Sites.Where(site => site.Id == _siteId)
            .Select(site => (SiteState?)site.State)
            .SingleOrDefaultAsync(cancellationToken);
        var volumes = (
            await context.Volumes.AsNoTracking().Where(volume => volume.SiteId == _siteId).ToListAsync(cancellationToken)
        ).Select(volume =>
            $"row {volume.Name} {volume.State} {(volume.StandsAlone ? "alone" : "mounted")} {(volume.Bytes == null ? "unmeasured" : "measured")}, {engine.Volumes.GetValueOrDefault(volume.EngineName)?.Fillings.Length} bytes"
        );
        var secrets = (
            await context.SiteSecrets.AsNoTracking().Where(secret => secret.SiteId == _siteId).ToListAsync(cancellationToken)
        ).Select(secret =>
            $"secret row {secret.Name} version {secret.Version}, {(engine.Secrets.Values.Any(made => made.Name.EndsWith($"-{_shortId}-{secret.Name}-v{secret.Version}", StringComparison.Ordinal) && made.Value.Span.SequenceEqual(secret.Value)) ? "as in the engine" : "not in the engine")}"
        );
        var restores = (
            await context.InPlaceRestores.AsNoTracking().Where(restore => restore.SiteId == _siteId).ToListAsync(cancellationToken)
        ).Select(restore =>
            $"restore {(restore.IsInPlace ? "in place" : restore.UndoneAt is null ? "nowhere" : "undone")}, {(restore.HasSafetyPoint ? "safe" : "bold")}, {(restore.Seconds is null ? "unsettled" : "settled")}, {restore.Notes.Count} notes"
        );
        // Those of its life before and the one of this chapter.
        var drills = await context
            .DisposabilityDrills.Where(drill => drill.SiteId == _siteId)
            .OrderBy(drill => drill.Id)
            .Select(drill =>
                $"drill {drill.Verdict}, {drill.KeptTotal} kept, {drill.ContainerIds.Count} removed, {(drill.AnsweredAt == null ? "no answer" : "answered")}, {(drill.Before == null ? "no fingerprint" : "fingerprint")}, {(drill.BeforeLists == null ? "tidy" : "untidy")}: {drill.Reason}"
            )
            .ToListAsync(cancellationToken);
        var cron = await context
            .CronEntries.Where(entry => entry.SiteId == _siteId && entry.Result != null)
            .OrderBy(entry => entry.Name)
            .Select(entry => $"cron {entry.Name} {entry.Result}, exit code {entry.ExitCode}, {entry.Failures} failures: {entry.Error}")
            .ToListAsync(cancellationToken);
        var points = await context
            .RestorePoints.AsNoTracking()
            .Include(point => point.Copies)
            .Where(point => point.SiteId == _siteId)
            .OrderBy(point => point.Id)
            .ToListAsync(cancellationToken);
        var proofs = await context
            .RestoreDrills.AsNoTracking()
            .Include(drill => drill.Checks)
            .Where(drill => drill.SiteId == _siteId)
            .OrderBy(drill => drill.Id)
            .ToListAsync(cancellationToken);
        var repositories = await context
            .BackupRepositories.AsNoTracking()
            .Where(repository => repository.SiteId == _siteId)
            .ToListAsync(cancellationToken);
        var messages = await context
            .OutgoingMails.Where(mail => mail.Subject.StartsWith(_slug + " "))
            .Select(mail => $"message {mail.State} to {mail.To}")
            .ToListAsync(cancellationToken);
        string[] all =
        [
            .. messages,
            .. proofs.Select(drill =>
                $"proof {drill.Verdict}, {(drill.AnsweredAt == null ? "no answer" : "answered")}, {ChecksOf(drill)}: {drill.FaultCode}"
            ),
            .. engine.Describe(_siteId, _slug, _shortId),
            .. await DescribeOtherAsync(context, operation.SiteId, cancellationToken),
            .. volumes,
            .. secrets,
            .. restores,
            .. await DescribePanelAsync(context, operationId, cancellationToken),
            .. drills,
            .. cron,
            .. repositories.Select(repository =>
                $"repository {(repository.PruneDue ? "to be pruned" : "tidy")}, {(repository.PrunedAt == null ? "never" : "once")} pruned, part {repository.ReadPart} read, {(repository.CheckedAt == null ? "unchecked" : "checked")}: {repository.FaultCode}; {engine.Repositories.Where(row => row.Key.Contains($"{repository.Id:N}", StringComparison.Ordinal)).Sum(row => row.Value.Snapshots.Count)} snapshots there"
            ),
            .. points.Select(point =>
                $"restore point {point.State} of {point.Databases.Count} databases and {point.VolumeIds.Count} volumes, {(point.Signature == null ? "unsigned" : "signed")}, {point.Copies.Count(copy => copy.SnapshotId != null)} snapshots, {point.Copies.Count(copy => copy.ReadBackAt != null)} read back, {(point.Dumped == null ? "tidy" : "untidy")}, {(point.ProvedAt == null ? "unproved" : "proved")}, {point.Copies.Count(copy => copy.ProvedAt != null)} copies proved and {point.Copies.Count(copy => copy.RefutedAt != null)} refuted, {point.SuspicionCode ?? "unsuspected"}: {point.FaultCode}"
            ),
        ];
        return new Ending(
            operation.State,
            operation.ErrorCode,
            state,
            [.. all.Select(line => OfAnOperation().Replace(line, "-OPERATION")).Order(StringComparer.Ordinal)]
        );
    }

    /// <summary>The part of an operation's identity in the names of what it makes.</summary>
    [GeneratedRegex("-[0-9a-f]{8}(?![0-9a-z])", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex OfAnOperation();

    /// <summary>What is being checked beside a step that breaks a drill off may come through or not.</summary>
    private static string ChecksOf(RestoreDrill drill) =>
        drill.Verdict == RestoreDrillVerdict.BrokenOff
            ? $"{drill.Checks.Count(check => check.Outcome == RestoreDrillOutcome.Failed)} failed"
            : string.Join(
                ' ',
                drill.Checks.OrderBy(check => check.Name, StringComparer.Ordinal).Select(check => $"{check.Name} {check.Outcome}")
            );

    /// <summary>The panel's own backup, and what is left that was named after the operation.</summary>
    private async Task<IReadOnlyList<string>> DescribePanelAsync(PanelDbContext context, Guid id, CancellationToken cancellationToken)
    {
        var (part, login) = (id.ToString("N")[^8..], PanelLogin.NameOf(id));
        var things = engine.Secrets.Keys.Concat(engine.Volumes.Keys).Count(name => name.Contains(part, StringComparison.Ordinal));
        var logins = await context
            .Database.SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM pg_roles WHERE rolname = {login}")
            .SingleAsync(cancellationToken);
        var made = await context
            .PanelBackups.AsNoTracking()
            .Include(backup => backup.Copies)
            .SingleOrDefaultAsync(backup => backup.Id == id, cancellationToken);
        var lying = await context.PanelBackupCopies.CountAsync(
            copy => copy.ReadBackAt != null && copy.ForgottenAt == null,
            cancellationToken
        );
        var repository = engine.Repositories.Values.SingleOrDefault(repository =>
            repository.Snapshots.Any(snapshot => snapshot.Tag.StartsWith("panel-backup=", StringComparison.Ordinal))
        );
        return
        [
            $"{things} things and {logins} logins of the operation",
            .. made is null
                ? Array.Empty<string>()
                :
                [
                    $"panel backup {made.State} of {made.Tables} tables, {made.Copies.Count(copy => copy.SnapshotId != null)} snapshots, {made.Copies.Count(copy => copy.ReadBackAt != null)} read back: {made.FaultCode}",
                    // A life before this one has left one, too: only after a good one it is told how many lie there.
                    $"{(made.State == RestorePointState.Good ? lying : 0)} lie there, {(lying == (repository?.Snapshots.Count ?? 0) ? "as known" : "and others")}",
                ],
        ];
    }

    /// <summary>The site that an operation made beside this one; nothing when it made none, or took it back.</summary>
    private async Task<IReadOnlyList<string>> DescribeOtherAsync(PanelDbContext context, Guid? id, CancellationToken cancellationToken)
    {
        if (
            id == _siteId
            || await context.Sites.WithDrills().SingleOrDefaultAsync(site => site.Id == id, cancellationToken) is not { } other
        )
        {
            return id is null || id == _siteId ? [] : [.. engine.Left(id.Value).Select(text => $"{text} of a site that there is not")];
        }

        var volumes = await context
            .Volumes.Where(volume => volume.SiteId == id)
            .OrderBy(volume => volume.Name)
            .ToListAsync(cancellationToken);
        return
        [
            $"new site {other.State}, {(other.ProvisionedAt == null ? "never provisioned" : "provisioned")}",
            .. engine.Describe(other.Id, other.Slug, other.ShortId).Select(text => $"new {text}"),
            .. volumes.Select(volume => $"new row {volume.Name} {volume.State} {(volume.StandsAlone ? "alone" : "mounted")}"),
        ];
    }
}
