using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>Swarm secrets: immutable, so a name stands for a value for ever.</summary>
internal sealed class SwarmSecrets(DockerClient docker, SwarmOptions options)
{
    public async Task EnsureAsync(SecretDefinition secret, CancellationToken cancellationToken)
    {
        if (await FindAsync(secret.Name, cancellationToken) is { } existing)
        {
            if (existing.Spec.Labels?.GetValueOrDefault(Labels.Installation) != options.Installation)
            {
                throw new PlatformException(
                    "name-taken-in-engine",
                    $"There is a secret “{secret.Name}” in the engine that this panel has not made. Remove it there."
                );
            }

            return;
        }

        try
        {
            var spec = new SecretSpec
            {
                Name = secret.Name,
                Labels = Labels.Of(options.Installation, secret.Owner),
                Data = secret.Value.ToArray(),
            };
            await docker.Secrets.CreateAsync(spec, cancellationToken);
        }
        catch (DockerConflictException)
        {
            // The same step, run twice, has met itself.
        }
    }

    public async Task RemoveAsync(string name, CancellationToken cancellationToken)
    {
        if (
            await FindAsync(name, cancellationToken) is { } secret
            && secret.Spec.Labels?.GetValueOrDefault(Labels.Installation) == options.Installation
        )
        {
            try
            {
                await docker.Secrets.RemoveAsync(secret.Id, cancellationToken);
            }
            catch (DockerNotFoundException)
            {
                // Gone meanwhile.
            }
        }
    }

    /// <summary>The engine's ids of these secrets, in one call.</summary>
    public async Task<IReadOnlyDictionary<string, string>> IdsAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var wanted = names.ToHashSet(StringComparer.Ordinal);
        if (wanted.Count == 0)
        {
            return new Dictionary<string, string>(StringComparer.Ordinal);
        }

        var found = (await docker.Secrets.ListAsync(Filters.Name([.. wanted]), cancellationToken))
            .Where(secret => wanted.Contains(secret.Spec.Name))
            .ToDictionary(secret => secret.Spec.Name, secret => secret.Id, StringComparer.Ordinal);
        return wanted.FirstOrDefault(name => !found.ContainsKey(name)) is { } missing
            ? throw new PlatformException("secret-missing", $"The secret {missing} is not in the swarm.")
            : found;
    }

    private async Task<SwarmSecret?> FindAsync(string name, CancellationToken cancellationToken) =>
        (await docker.Secrets.ListAsync(Filters.Name(name), cancellationToken)).FirstOrDefault(secret => secret.Spec.Name == name);
}
