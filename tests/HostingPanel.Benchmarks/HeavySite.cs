using System.Globalization;
using HostingPanel.Client;
using HostingPanel.Docker;

namespace HostingPanel.Benchmarks;

/// <summary>How much a site is given to be backed up. <c>HP_BENCH_FILES</c>, <c>HP_BENCH_FILES_MB</c> and <c>HP_BENCH_DATABASE_MB</c> make it less.</summary>
internal sealed record HeavySize(int Files, int FileMegabytes, int DatabaseMegabytes)
{
    public static HeavySize FromEnvironment() =>
        new(Read("HP_BENCH_FILES", 20_000), Read("HP_BENCH_FILES_MB", 1000), Read("HP_BENCH_DATABASE_MB", 200));

    private static int Read(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}

/// <summary>
/// A WordPress with much in it: three quarters of the files are like photographs, which nothing makes smaller, the others text; the table
/// has rows of two kilobytes of text.
/// </summary>
internal sealed class HeavySite(Installation installation, string slug)
{
    private const string Content = "/var/www/html/wp-content";
    private ContainerSpec? _web;

    public string Slug => slug;

    public Uri Address => new($"http://{slug}.localhost:{installation.HttpPort}/");

    /// <summary>Its internal network.</summary>
    public string Network => $"{installation.Name}-{slug}";

    public string ContentVolume => Web.Mounts!.Single(mount => mount.Target == Content).Source!;

    private ContainerSpec Web => _web ?? throw new InvalidOperationException("It was not made.");

    public async Task MakeAsync(string organisation, HeavySize size, CancellationToken cancellationToken)
    {
        var request = new CreateSiteRequest(slug, organisation, "wordpress", SiteByHand.Title, "admin@example.org");
        var accepted = await installation.Panel.Sites.CreateAsync(request, cancellationToken: cancellationToken);
        await installation.EndOfAsync(accepted.Operation.Id, cancellationToken);
        await FindAsync(cancellationToken);
        await WriteAsync("some", size.Files, size.FileMegabytes, size.DatabaseMegabytes, cancellationToken);
    }

    /// <summary>Looks at one that is there.</summary>
    public async Task FindAsync(CancellationToken cancellationToken) =>
        _web = (await installation.Docker.Services.InspectAsync($"{installation.Name}-{slug}-web", cancellationToken))
            .Spec
            .TaskTemplate
            .ContainerSpec;

    /// <summary>What comes to it in a day: a hundredth.</summary>
    public Task ChangeAsync(int day, HeavySize size, CancellationToken cancellationToken) =>
        WriteAsync(
            string.Create(CultureInfo.InvariantCulture, $"day{day}"),
            Math.Max(1, size.Files / 100),
            Math.Max(1, size.FileMegabytes / 100),
            Math.Max(1, size.DatabaseMegabytes / 100),
            cancellationToken
        );

    /// <summary>The reference to one of its secrets, for a container by hand.</summary>
    public async Task<SecretReference> SecretAsync(string secret, CancellationToken cancellationToken)
    {
        var owner = Web.Secrets![0].SecretName;
        var id = (await installation.Docker.Secrets.ListAsync(Filters.Label("hp.installation", installation.Name), cancellationToken))
            .Where(there => there.Spec.Name == owner)
            .Select(there => there.Spec.Labels!["hp.site"])
            .Single();
        var found = (await installation.Docker.Secrets.ListAsync(Filters.Label("hp.site", id), cancellationToken)).First(there =>
            there.Spec.Name.Contains($"-{secret}-v", StringComparison.Ordinal)
        );
        return new SecretReference
        {
            SecretId = found.Id,
            SecretName = found.Spec.Name,
            File = new FileTarget { Name = secret, Mode = UnixFileMode.UserRead },
        };
    }

    private async Task WriteAsync(string name, int files, int megabytes, int databaseMegabytes, CancellationToken cancellationToken)
    {
        // Perl makes twenty thousand files in the time in which a shell makes a hundred.
        var each = (long)megabytes * 1_000_000 / files;
        var rows = (long)databaseMegabytes * 1_000_000 / 2000;
        var text = string.Join(", ", Enumerable.Repeat("MD5(RAND()), \" what somebody wrote \"", 37));
        var script = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            perl -e '
                my ($at, $files, $each) = @ARGV;
                open(my $random, "<:raw", "/dev/urandom") or die;
                mkdir $at;
                for my $number (0 .. $files - 1) {
                    my $directory = sprintf "%s/%03d", $at, $number / 100;
                    mkdir $directory;
                    # Sizes from a half to one and a half of the average.
                    read $random, my $bytes, $each / 2 + $each * ($number % 101) / 100;
                    $bytes = substr(unpack("H*", $bytes), 0, length $bytes) if $number % 4 == 3;
                    open(my $file, ">:raw", "$directory/$number") or die;
                    print $file $bytes;
                    close $file or die;
                }
            ' /content/uploads/{{name}} {{files}} {{each}}
            chown -R 33:33 /content/uploads/{{name}}
            printf '[client]\npassword="%s"\n' "$(</run/secrets/db-main-password)" >/tmp/client.cnf
            mariadb --defaults-file=/tmp/client.cnf --host=db --user=main --skip-ssl main --execute='
                CREATE TABLE IF NOT EXISTS bench (id BIGINT PRIMARY KEY AUTO_INCREMENT, title VARCHAR(100) NOT NULL, body MEDIUMTEXT NOT NULL, KEY (title));
                INSERT INTO bench (title, body) SELECT MD5(RAND()), CONCAT({{text}}) FROM seq_1_to_{{rows}};'
            sync
            """
        );
        await new JobByHand(script)
        {
            Mounts = [new Mount { Source = ContentVolume, Target = "/content" }],
            Network = Network,
            Secrets = [await SecretAsync("db-main-password", cancellationToken)],
        }.RunAsync(installation, cancellationToken);
    }
}
