using System.Text.RegularExpressions;
using HostingPanel.Client;
using Microsoft.Playwright;

namespace HostingPanel.E2E.Tests;

/// <summary>
/// Abuse case 23 on a whole panel: what its and a site's containers are given as secrets, a target's password, a token and a repository's key
/// show on no page and in no answer, in nothing that the engine tells of containers and services, in no process's arguments, in no error, in no log.
/// </summary>
[Collection(PanelTests.Name)]
public sealed partial class NoSecretShowsTests(PanelFixture panel)
{
    private const string Canary = "canary-that-must-not-sing-0123456789";
    private static readonly string[] Pages =
    [
        "sites",
        "sites/vault",
        "sites/vault?tab=backups",
        "sites/vault?tab=logs",
        "sites/vault?tab=services",
        "backups",
        "backups?view=targets",
        "backups?view=downloads",
        "backups?view=panel",
        "operations",
        "volumes",
        "engine",
        "audit",
        "tokens",
    ];
    private readonly Dictionary<string, string> _secrets = new(StringComparer.Ordinal);

    [Fact(Timeout = 300_000)]
    public async Task What_is_secret_shows_nowhere()
    {
        var page = await panel.SignInAsync();
        var token = TestContext.Current.CancellationToken;
        using var engine = new Engine();
        var api = PanelFixture.Api();
        await PanelFixture.ProvisionAsync(new CreateSiteRequest("vault", "vault", "wordpress", "Vault", "v@example.org"), token);
        _secrets[Canary] = "the password of a target";
        await PlantAsync(engine, token);
        var target = await api.Backups.AddTargetAsync(
            new NewBackupTargetRequest(
                "nowhere",
                TargetKind.Rest,
                "backup.nowhere.invalid",
                Path: "/all",
                Credentials: new Dictionary<string, string>(StringComparer.Ordinal) { ["username"] = "u", ["password"] = Canary }
            ),
            cancellationToken: token
        );

        // While a backup runs, which fails at one of its targets, everything that runs is looked at; and its jobs' own secrets are, too.
        var taken = await api.Backups.TakeAsync("vault", cancellationToken: token);
        var ending = EndAsync(api, taken.Operation.Id, token);
        using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(400)))
        {
            while (!ending.IsCompleted)
            {
                await PlantAsync(engine, token);
                await LookAsync(engine, token);
                await timer.WaitForNextTickAsync(token);
            }
        }

        var ended = await ending;
        await api.Backups.RetireTargetAsync(target.Id, token);
        Assert.True(_secrets.Count > 8, "Too little was found to look for.");
        SeenIn("the operation", string.Join('\n', ended.Steps.Select(step => step.Message).Append(ended.Error?.Message)));
        var log = await api.Operations.ReadLogAsync(taken.Operation.Id, cancellationToken: token);
        SeenIn("the operation's log", string.Join('\n', log.Lines.Select(line => line.Text)));

        foreach (var path in (string[])[.. Pages, $"operations/{taken.Operation.Id}", $"backups/vault/{taken.Operation.Id}"])
        {
            await PanelFixture.VisitAsync(page, path);
            SeenIn(path, await page.ContentAsync());
        }

        await LookAsync(engine, token);
        foreach (var service in await engine.ServicesAsync(PanelFixture.Installation, token))
        {
            SeenIn($"the service {service}", await engine.AskAsync($"services/{service}", token));
            SeenIn($"the log of {service}", await engine.AskAsync($"services/{service}/logs?stdout=true&stderr=true&tail=5000", token));
        }
    }

    /// <summary>Remembers what the secrets of all containers hold: each line that is long enough to be one.</summary>
    private async Task PlantAsync(Engine engine, CancellationToken cancellationToken)
    {
        foreach (var container in await engine.ContainersAsync(PanelFixture.Installation, cancellationToken))
        {
            foreach (Match match in Secret().Matches(await engine.SecretsAsync(container, cancellationToken)))
            {
                _secrets.TryAdd(match.Value, $"a secret of the container {container[..12]}");
            }
        }
    }

    /// <summary>Looks at what the engine tells of each container, and at the arguments of each process.</summary>
    private async Task LookAsync(Engine engine, CancellationToken cancellationToken)
    {
        foreach (var container in await engine.ContainersAsync(PanelFixture.Installation, cancellationToken))
        {
            SeenIn($"the container {container[..12]}", await engine.AskAsync($"containers/{container}/json", cancellationToken));
            SeenIn(
                $"the processes of {container[..12]}",
                await engine.AskAsync($"containers/{container}/top?ps_args=-eo%20pid,args%20-ww", cancellationToken)
            );
        }
    }

    private void SeenIn(string where, string? text)
    {
        var seen = _secrets.Where(secret => text?.Contains(secret.Key, StringComparison.Ordinal) == true).Select(secret => secret.Value);
        Assert.True(!seen.Any(), $"{where} shows {string.Join(", ", seen)}.");
    }

    private static async Task<Operation> EndAsync(PanelClient api, Guid id, CancellationToken cancellationToken)
    {
        Operation? last = null;
        await foreach (var state in api.Operations.WatchAsync(id, cancellationToken))
        {
            last = state;
        }

        return last!;
    }

    /// <summary>Long, and of many kinds of characters: no word and no name.</summary>
    [GeneratedRegex(@"(?<![A-Za-z0-9+/_=-])(?=[^\s']*[0-9])(?=[^\s']*[A-Za-z])[A-Za-z0-9+/_=-]{24,}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Secret();
}
