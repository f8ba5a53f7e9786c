using System.Net;
using HostingPanel.Platform;
using Microsoft.Extensions.Options;

namespace HostingPanel.Worker.Gateway;

/// <summary>The gateway as it is: HAProxy, which reads files from a shared volume and is told to reload through its master's socket.</summary>
internal sealed partial class HaproxyGateway(
    GatewayFiles files,
    ServedCertificates certificates,
    MasterSocket master,
    SiteProbe probe,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    IOptions<PanelOptions> panelOptions,
    ILogger<HaproxyGateway> logger
) : IGateway, IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);

    /// <inheritdoc />
    public Task<ProbeResult> ProbeAsync(string host, string path, CancellationToken cancellationToken) =>
        probe.AskAsync(host, path, cancellationToken);

    /// <inheritdoc />
    /// <remarks>
    /// A gateway that does not answer is waited for (<see cref="GatewayOptions.Patience"/>); after that <c>gateway-unreachable</c> is
    /// thrown, but the files stay: its next start takes them.
    /// </remarks>
    public async Task ApplyAsync(IReadOnlyList<Route> routes, GatewayTrust trust, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await ApplyAloneAsync(routes, trust, cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _oneAtATime.Dispose();

    private async Task ApplyAloneAsync(IReadOnlyList<Route> routes, GatewayTrust trust, CancellationToken cancellationToken)
    {
        var key = (await File.ReadAllTextAsync(options.Value.KeyFile, cancellationToken)).Trim();
        var panel = new PanelRoute(panelOptions.Value.PanelDomain.ToLowerInvariant(), key)
        {
            AcmeThumbprint = trust.AcmeThumbprint,
            HttpsPort = panelOptions.Value.HttpsPort,
            SharedAddresses = await SharedAsync(cancellationToken),
        };
        // Nothing that was refused is written, names of files included.
        var draft = HaproxyConfig.Render(routes, panel);
        var configuration = draft.With(await certificates.EnsureAsync(routes, panel, trust, cancellationToken));
        if (await files.AreCurrentAsync(configuration, cancellationToken) && await RunsAsync(configuration, cancellationToken))
        {
            return;
        }

        var started = time.GetTimestamp();
        var reply = await SwapAsync(configuration, cancellationToken);
        if (!reply.Accepted)
        {
            var why = WithoutKeys(reply.FirstAlert ?? "it gave no reason", routes, key);
            LogRefused(why);
            throw new PlatformException(
                "gateway-refused",
                $"The gateway refused its new configuration and goes on with the last good one: {why}"
            );
        }

        var took = time.GetElapsedTime(started).TotalMilliseconds;
        LogApplied(routes.Count, configuration.Mark, took);
        await files.KeepAsGoodAsync(configuration, cancellationToken);
        await certificates.RemoveOthersAsync(routes, panel.Host, trust, cancellationToken);
    }

    private async Task<IReadOnlyList<string>> SharedAsync(CancellationToken cancellationToken)
    {
        var host = (await files.ReadAsync(GatewayFiles.HostAddress, cancellationToken))?.Trim();
        return IPAddress.TryParse(host, out var address)
            ? [.. options.Value.SharedAddresses, address.ToString()]
            : [.. options.Value.SharedAddresses];
    }

    private async Task<bool> RunsAsync(HaproxyConfiguration configuration, CancellationToken cancellationToken)
    {
        try
        {
            return await master.DescriptionAsync(cancellationToken) == configuration.Mark;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Puts the configuration in force, or the last good one again.</summary>
    private async Task<ReloadReply> SwapAsync(HaproxyConfiguration configuration, CancellationToken cancellationToken)
    {
        await files.WriteAsync(configuration, cancellationToken);
        if (await master.ServersStateAsync(cancellationToken) is { Length: > 0 } state)
        {
            await files.WriteAsync(GatewayFiles.ServersState, state, cancellationToken);
        }

        try
        {
            var reply = await ReloadAsync(configuration, cancellationToken);
            if (!reply.Accepted)
            {
                await GoBackAsync(cancellationToken);
            }

            return reply;
        }
        finally
        {
            // After a restart of the engine these addresses are somebody else's.
            files.Remove(GatewayFiles.ServersState);
        }
    }

    private async Task<ReloadReply> ReloadAsync(HaproxyConfiguration configuration, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var waiting = false;
        while (true)
        {
            try
            {
                // A gateway that was away has started with the new files already.
                return waiting && await master.DescriptionAsync(cancellationToken) == configuration.Mark
                    ? new ReloadReply(true, [])
                    : await master.ReloadAsync(cancellationToken);
            }
            catch (IOException error)
            {
                if (time.GetElapsedTime(started) > options.Value.Patience)
                {
                    LogUnreachable(error, options.Value.Patience.TotalSeconds);
                    throw new PlatformException(
                        "gateway-unreachable",
                        $"The gateway has not answered for {options.Value.Patience.TotalSeconds:0} s. Is its service running? `./panel status` and `./panel logs gateway` tell. It takes the new routes when it starts.",
                        error
                    );
                }

                waiting = true;
                await Task.Delay(RetryInterval, time, cancellationToken);
            }
        }
    }

    private async Task GoBackAsync(CancellationToken cancellationToken)
    {
        if (!await files.RestoreGoodAsync(cancellationToken))
        {
            return;
        }

        try
        {
            // After a refusal the master waits without a process of its own; only an accepted reload makes it whole again.
            var reply = await master.ReloadAsync(cancellationToken);
            if (!reply.Accepted)
            {
                LogGoodRefused(reply.FirstAlert ?? "no reason");
            }
        }
        catch (IOException error)
        {
            LogUnreachable(error, 0);
        }
    }

    private static string WithoutKeys(string text, IReadOnlyList<Route> routes, string panelKey) =>
        routes
            .Select(route => route.GatewayKey)
            .Append(panelKey)
            .Where(key => key.Length > 0)
            .Aggregate(text, (masked, key) => masked.Replace(key, "…", StringComparison.Ordinal));

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "The gateway serves {Routes} routes with configuration {Mark}, loaded in {Milliseconds:0} ms"
    )]
    private partial void LogApplied(int routes, string mark, double milliseconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "The gateway refused its configuration: {Why}")]
    private partial void LogRefused(string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "The gateway refused its last good configuration: {Why}")]
    private partial void LogGoodRefused(string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The gateway did not answer (waited {Seconds} s)")]
    private partial void LogUnreachable(Exception error, double seconds);
}
