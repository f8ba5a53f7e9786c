using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using HostingPanel.Docker;

namespace HostingPanel.Benchmarks;

/// <summary>
/// What a careful administrator has without the panel: two jobs, one that dumps the database with the options that its manual names for a
/// consistent dump, one that saves dump and files in one snapshot of a repository with a key. For the panel "taken" means read back from the
/// target; by hand the command for that is <c>restic check --read-data</c>, in the same job: it is the only one of restic's that leaves no
/// byte of the new snapshot unread but a whole restore, and it knows of no "what is new", so that it reads all of the repository each time. The
/// time without it is told as well, so that nobody has to take the one for the other. The containers have limits and weight of the panel's own
/// jobs, for gentleness is not what is compared: everything that the panel does beyond these commands (counting, checksums, the signed
/// manifest, looking at the site) is its own cost. The data are the site's own, so both read the same.
/// </summary>
internal sealed class BackupByHand(Installation installation, HeavySite site) : IAsyncDisposable
{
    private const string Options =
        "--single-transaction --quick --routines --triggers --events --hex-blob --no-tablespaces --no-create-db --skip-add-locks --skip-dump-date --tz-utc --max-allowed-packet=1G";
    private const string Restic = "export RESTIC_REPOSITORY=/target/repository RESTIC_PASSWORD=by-hand RESTIC_CACHE_DIR=/tmp/cache";
    private readonly string _name = $"{installation.Name}-hand-{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
    private readonly List<string> _volumes = [];

    private Mount Scratch => new() { Source = $"{_name}-scratch", Target = "/scratch" };

    private Mount Target => new() { Source = $"{_name}-target", Target = "/target" };

    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        foreach (var volume in new[] { Scratch.Source!, Target.Source! })
        {
            _volumes.Add(volume);
            await installation.Docker.Volumes.CreateAsync(
                new VolumeCreateRequest
                {
                    Name = volume,
                    Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["hp.installation"] = installation.Name },
                },
                cancellationToken
            );
        }
    }

    /// <summary>Dumps and saves; the first time the repository is made, too.</summary>
    public async Task<SavedByHand> BackUpAsync(CancellationToken cancellationToken)
    {
        var dump = new JobByHand(
            $"""
            mkdir -p /scratch/databases
            printf '[client]\npassword="%s"\n' "$(</run/secrets/db-backup-password)" >/tmp/client.cnf
            nice -n 10 mariadb-dump --defaults-file=/tmp/client.cnf --host=db --user=hp_backup --skip-ssl --default-character-set=utf8mb4 {Options} \
                --result-file=/scratch/databases/main.sql --databases main
            """
        )
        {
            Mounts = [Scratch],
            Network = site.Network,
            Secrets = [await site.SecretAsync("db-backup-password", cancellationToken)],
            StepsBack = true,
        };
        var save = new JobByHand(
            $"""
            {Restic}
            [[ -e /target/repository/config ]] || restic init --quiet
            nice -n 19 ionice -c 3 restic backup --json --host by-hand --group-by host --one-file-system /scratch/databases /volumes/content | tail -n 1
            began=$(date +%s%N)
            nice -n 19 ionice -c 3 restic check --quiet --read-data
            echo $(($(date +%s%N) - began))
            """
        )
        {
            Mounts =
            [
                Scratch with
                {
                    ReadOnly = true,
                },
                Target,
                new Mount
                {
                    Source = site.ContentVolume,
                    Target = "/volumes/content",
                    ReadOnly = true,
                },
            ],
            Memory = 1024L << 20,
            StepsBack = true,
        };
        var (dumping, _) = await dump.RunAsync(installation, cancellationToken);
        var (saving, output) = await save.RunAsync(installation, cancellationToken);
        using var summary = JsonDocument.Parse(output[^2]);
        var proving = long.Parse(output[^1], CultureInfo.InvariantCulture) / 1e9;
        await Console.Error.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"by hand: dumped in {dumping:0.00} s, saved in {saving - proving:0.00} s, read back in {proving:0.00} s"
            )
        );
        return new SavedByHand(
            dumping + saving,
            dumping + saving - proving,
            summary.RootElement.GetProperty("data_added_packed").GetDouble()
        );
    }

    /// <summary>
    /// The last snapshot as a site of its own, by hand: a database server is started, dump and files are fetched, the dump is loaded, the web
    /// server is started, and its page is waited for.
    /// </summary>
    /// <returns>The seconds of all of it, and those of restic alone.</returns>
    public async Task<(double Whole, double Fetching)> RestoreAsync(CancellationToken cancellationToken)
    {
        var copy = SiteByHand.New(installation);
        try
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            await copy.StartDatabaseAsync(cancellationToken);
            var (fetching, _) = await new JobByHand(
                $"{Restic}\nrm -rf /scratch/databases\nrestic restore --quiet --sparse --target / latest"
            )
            {
                Mounts = [Target, Scratch, new Mount { Source = copy.ContentVolume, Target = "/volumes/content" }],
                Memory = 1024L << 20,
            }.RunAsync(installation, cancellationToken);
            await new JobByHand(
                "mariadb --host=db --user=main --password=bench --skip-ssl --default-character-set=utf8mb4 </scratch/databases/main.sql"
            )
            {
                Mounts = [Scratch],
                Network = copy.Network,
            }.RunAsync(installation, cancellationToken);
            await copy.StartWebAsync(cancellationToken);
            var whole = await installation.UntilAnswersAsync(
                copy.Address,
                SiteByHand.Title,
                ByHandSpecs.GatewayKey,
                started,
                cancellationToken
            );
            return (whole, fetching);
        }
        finally
        {
            await copy.RemoveAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        try
        {
            foreach (var volume in _volumes)
            {
                while (!await TryRemoveAsync(volume, bound.Token))
                {
                    await timer.WaitForNextTickAsync(bound.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It must not hide what went wrong before; the scratch installation's own clean-up by label does the rest.
        }
    }

    /// <summary>A container that has just ended holds it for a moment still.</summary>
    private async Task<bool> TryRemoveAsync(string volume, CancellationToken cancellationToken)
    {
        try
        {
            await installation.Docker.Volumes.RemoveAsync(volume, cancellationToken);
            return true;
        }
        catch (DockerNotFoundException)
        {
            return true;
        }
        catch (DockerConflictException)
        {
            return false;
        }
    }
}

/// <summary>A backup by hand.</summary>
/// <param name="Seconds">Of both jobs, with reading back.</param>
/// <param name="PlainSeconds">Without reading back.</param>
/// <param name="AddedBytes">What came to the repository.</param>
internal sealed record SavedByHand(double Seconds, double PlainSeconds, double AddedBytes);
