using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HostingPanel.Integration.Tests.Sites;

/// <summary>How long uploaded archives stay.</summary>
public sealed class UploadKeeperTests : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpt-uploads-");
    private TestDatabase? _database;
    private ServiceProvider? _services;

    private ServiceProvider Services => _services!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_archive_stays_for_a_day_and_goes_then()
    {
        var upload = await StoreAsync();
        await KeeperAfter(TimeSpan.FromHours(23)).SweepAsync(Cancellation);
        Assert.True(await IsThereAsync(upload));
        await KeeperAfter(TimeSpan.FromHours(25)).SweepAsync(Cancellation);
        Assert.False(await IsThereAsync(upload));
        Assert.Empty(_directory.GetFiles());
    }

    [Fact]
    public async Task An_archive_that_a_site_still_waits_for_stays()
    {
        var upload = await StoreAsync();
        var site = await MakeSiteAsync("waiting", upload);
        await KeeperAfter(TimeSpan.FromDays(100)).SweepAsync(Cancellation);
        Assert.True(await IsThereAsync(upload));

        await using var context = await ContextAsync();
        await context
            .Sites.Where(row => row.Id == site)
            .ExecuteUpdateAsync(row => row.SetProperty(one => one.ProvisionedAt, TimeProvider.System.GetUtcNow()), Cancellation);
        await KeeperAfter(TimeSpan.FromDays(100)).SweepAsync(Cancellation);
        Assert.False(await IsThereAsync(upload));
    }

    [Fact]
    public async Task An_archive_goes_with_the_last_site_that_was_made_from_it()
    {
        var upload = await StoreAsync();
        var site = await MakeSiteAsync("last", upload);
        await KeeperAfter(TimeSpan.Zero).ReleaseAsync(upload, Cancellation);
        Assert.True(await IsThereAsync(upload));

        await using var context = await ContextAsync();
        await context.Sites.Where(row => row.Id == site).ExecuteDeleteAsync(Cancellation);
        await KeeperAfter(TimeSpan.Zero).ReleaseAsync(upload, Cancellation);
        Assert.False(await IsThereAsync(upload));
    }

    [Fact]
    public async Task What_a_crash_left_goes_after_a_day_and_the_volumes_mark_stays()
    {
        foreach (var name in (string[])["deadbeef.partial", "deadbeef.0.checked", ".hp-volume"])
        {
            await File.WriteAllTextAsync(Path.Combine(_directory.FullName, name), "x", Cancellation);
        }

        await KeeperAfter(TimeSpan.FromHours(1)).SweepAsync(Cancellation);
        Assert.Equal(3, _directory.GetFiles().Length);
        await KeeperAfter(TimeSpan.FromHours(25)).SweepAsync(Cancellation);
        Assert.Equal(".hp-volume", Assert.Single(_directory.GetFiles()).Name);
    }

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>
                {
                    ["Database:ConnectionString"] = _database.ConnectionString,
                    ["Uploads:Directory"] = _directory.FullName,
                }
            )
            .Build();
        _services = new ServiceCollection().AddLogging().AddPanel(configuration).BuildServiceProvider();
        await using var context = await ContextAsync();
        await context.Database.MigrateAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }

    private Task<PanelDbContext> ContextAsync() =>
        Services.GetRequiredService<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Cancellation);

    private UploadKeeper KeeperAfter(TimeSpan elapsed) =>
        new(
            Services.GetRequiredService<IDbContextFactory<PanelDbContext>>(),
            Services.GetRequiredService<UploadService>(),
            new Held(),
            Services.GetRequiredService<IOptions<UploadOptions>>(),
            new Later(elapsed),
            NullLogger<UploadKeeper>.Instance
        );

    private async Task<Guid> StoreAsync()
    {
        using var content = new MemoryStream([1, 2, 3]);
        var stored = await Services.GetRequiredService<UploadService>().StoreAsync(Actor.Panel, "code.zip", content, null, Cancellation);
        return stored.Value.Id;
    }

    /// <summary>True when row and file are there, false when neither is.</summary>
    private async Task<bool> IsThereAsync(Guid upload)
    {
        await using var context = await ContextAsync();
        var row = await context.CodeUploads.AnyAsync(known => known.Id == upload, Cancellation);
        Assert.Equal(row, File.Exists(Path.Combine(_directory.FullName, upload.ToString("N"))));
        return row;
    }

    private async Task<Guid> MakeSiteAsync(string slug, Guid upload)
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var context = await ContextAsync();
        var organisation = new Organisation
        {
            Id = Guid.CreateVersion7(),
            Slug = slug,
            Name = slug,
            PlanName = "small",
            CreatedAt = now,
        };
        var site = new Site
        {
            Id = Guid.CreateVersion7(),
            ShortId = slug,
            Slug = slug,
            OrganisationId = organisation.Id,
            Blueprint = "php",
            BlueprintVersion = 1,
            Title = slug,
            AdminEmail = "admin@example.org",
            Environment = SiteEnvironment.Live,
            State = SiteState.Failed,
            SubnetIndex = 0,
            CodeUploadId = upload,
            CreatedAt = now,
        };
        context.AddRange(organisation, site);
        await context.SaveChangesAsync(Cancellation);
        return site.Id;
    }

    private sealed class Held : IWorkerLease
    {
        public bool IsHeld => true;
    }

    private sealed class Later(TimeSpan elapsed) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + elapsed;
    }
}
