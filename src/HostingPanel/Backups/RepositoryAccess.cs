using HostingPanel.Platform;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups;

/// <summary>
/// Opens the way to a repository for the jobs of one operation, and closes it again: the key and the credentials are secrets in the engine
/// for no longer than that.
/// </summary>
internal sealed class RepositoryAccess(BackupStore store, ISwarm swarm, IOptions<PanelOptions> options)
{
    private readonly BackupNames _names = new(options.Value);

    /// <summary>Makes what the jobs need. Doing it twice is doing it once.</summary>
    /// <param name="target">Where.</param>
    /// <param name="repository">Which.</param>
    /// <param name="shortId">Of the site that the operation acts on.</param>
    /// <param name="owner">Whose jobs they are.</param>
    /// <param name="index">Which of the operation's repositories it is.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<RepositoryPlace> OpenAsync(
        BackupTarget target,
        BackupRepository repository,
        string shortId,
        Ownership owner,
        int index,
        CancellationToken cancellationToken
    )
    {
        var key = _names.Secret(shortId, "repo-key", owner.OperationId!.Value, index);
        await swarm.EnsureSecretAsync(new SecretDefinition(key, store.OpenKey(repository), owner), cancellationToken);
        VolumeMount? volume = null;
        if (target.Kind == TargetKind.Local)
        {
            var definition = VolumeOf(target);
            await swarm.EnsureVolumesAsync([definition], cancellationToken);
            volume = new VolumeMount(definition.Name, definition.Identity, BackupNames.Target);
        }

        return new RepositoryPlace(
            TargetAddress.Of(target, repository.Id),
            key,
            CredentialsSecret: null,
            volume,
            Network: null,
            target.UploadKib
        );
    }

    /// <summary>Takes the secrets away again.</summary>
    public async Task CloseAsync(string shortId, Guid operationId, int repositories, CancellationToken cancellationToken)
    {
        for (var index = 0; index < repositories; index++)
        {
            await swarm.RemoveSecretAsync(_names.Secret(shortId, "repo-key", operationId, index), cancellationToken);
        }
    }

    /// <summary>The volume of a local target: the panel's own, and no site's.</summary>
    private VolumeDefinition VolumeOf(BackupTarget target) =>
        new(
            _names.TargetVolume,
            target.Id,
            Uid: 0,
            Gid: 0,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            new Ownership(null, null)
        );
}
