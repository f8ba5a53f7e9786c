using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>What happens in the engine to things of this installation.</summary>
internal sealed partial class SwarmEvents(DockerClient docker, SwarmOptions options, KillEvidence evidence, TimeProvider time)
{
    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    /// <summary>Not what health checks do every few seconds in every container.</summary>
    private static readonly Filters Wanted =
        Filters.Type("container", "service", "network", "secret", "volume", "node")
        & Filters.Event("create", "update", "remove", "destroy", "start", "kill", "die", "oom", "health_status");

    public async IAsyncEnumerable<EngineEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            await using (
                var messages = docker
                    .System.EventsAsync(Wanted, since: null, until: null, cancellationToken)
                    .GetAsyncEnumerator(cancellationToken)
            )
            {
                while (await NextAsync(messages) is { } message)
                {
                    evidence.Notice(message);
                    if (Ours(message) is { } change)
                    {
                        yield return change;
                    }
                }
            }

            // Nobody knows what happened meanwhile: whoever watches looks for himself.
            yield return new EngineEvent("engine", "lost", string.Empty);
            await Task.Delay(ReconnectDelay, time, cancellationToken);
        }
    }

    /// <summary>Null when the engine has gone away.</summary>
    private static async Task<EventMessage?> NextAsync(IAsyncEnumerator<EventMessage> messages)
    {
        try
        {
            return await messages.MoveNextAsync() ? messages.Current : null;
        }
        catch (DockerApiException)
        {
            return null;
        }
    }

    /// <summary>Containers carry their labels into their events, the swarm's own things only their names.</summary>
    private EngineEvent? Ours(EventMessage message)
    {
        var attributes = message.Actor.Attributes;
        var name = message.Type == "volume" ? message.Actor.Id : attributes.GetValueOrDefault("name");
        var isOurs =
            attributes.GetValueOrDefault(Labels.Installation) == options.Installation
            || name?.StartsWith($"{options.Installation}-", StringComparison.Ordinal) == true
            || message.Type == "node";
        // A job is watched by the operation that runs it. Where hundreds of sites have scheduled tasks there is always one, and it changes nothing
        // that anybody compares; what one has left behind is found by the clock.
        var service = message.Type == "service" ? name : attributes.GetValueOrDefault("com.docker.swarm.service.name");
        return isOurs && !(service is not null && JobName().IsMatch(service)) && message is { Type: { } type, Action: { } action }
            ? new EngineEvent(type, action, name ?? string.Empty)
            : null;
    }

    /// <summary>As <c>SiteNames.Job</c> makes them: with the end of the operation's id.</summary>
    [GeneratedRegex("-[0-9a-f]{24}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex JobName();
}
