using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HostingPanel.Operations;

/// <summary>Listens on one connection of its own and hands every notification to those who wait for it.</summary>
/// <remarks>The database's triggers send them (channel <c>hp_changes</c>, payload <c>topic:id</c>), so no writer can forget to.</remarks>
internal sealed partial class ChangeFeed(NpgsqlDataSource database, TimeProvider time, ILogger<ChangeFeed> logger)
    : BackgroundService,
        IChangeFeed
{
    public const string Channel = "hp_changes";
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<ChangeSubscription, bool> _subscriptions = new();

    public ChangeSubscription Subscribe(Func<Change, bool> matches)
    {
        var subscription = new ChangeSubscription(matches, ended => _subscriptions.TryRemove(ended, out _));
        _subscriptions[subscription] = true;
        return subscription;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is NpgsqlException or IOException)
            {
                LogLost(failure.Message);
                await Task.Delay(ReconnectDelay, time, stoppingToken);
            }
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        connection.Notification += (_, notification) => Deliver(notification.Payload);
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = $"LISTEN {Channel}";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        // Whatever changed while nobody listened: everybody looks once.
        foreach (var subscription in _subscriptions.Keys)
        {
            subscription.Signal();
        }

        while (true)
        {
            await connection.WaitAsync(cancellationToken);
        }
    }

    private void Deliver(string payload)
    {
        if (
            payload.Split(':') is [var topic, var id]
            && Enum.TryParse<ChangeTopic>(topic, ignoreCase: true, out var known)
            && Guid.TryParse(id, out var guid)
        )
        {
            var change = new Change(known, guid);
            foreach (var subscription in _subscriptions.Keys)
            {
                subscription.Offer(change);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The connection that listens for changes was lost ({Reason}); pages poll until it is back.")]
    private partial void LogLost(string reason);
}
