using HostingPanel.Platform;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups;

/// <summary>
/// Opens the way to a repository for the jobs of one operation, and closes it again: the key and the credentials are secrets in the engine
/// for no longer than that.
/// </summary>
internal sealed class RepositoryAccess(
    BackupStore store,
    SealingKeys sealing,
    ISwarm swarm,
    IHostLookup hosts,
    IOptions<PanelOptions> options
)
{
    private const string KeyName = "repo-key";
    private const string CredentialsName = "repo-cred";
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
        if (await store.IsPrunedByAnotherAsync(repository.Id, owner.OperationId!.Value, cancellationToken))
        {
            throw new PlatformException("repository-busy", "Room is just being made in the repository. This waits until that is done.")
            {
                IsPassing = true,
            };
        }

        var key = _names.Secret(shortId, KeyName, owner.OperationId!.Value, index);
        await swarm.EnsureSecretAsync(new SecretDefinition(key, store.OpenKey(repository), owner), cancellationToken);
        VolumeMount? volume = null;
        if (target.Kind == TargetKind.Local)
        {
            var definition = VolumeOf(target);
            await swarm.EnsureVolumesAsync([definition], cancellationToken);
            volume = new VolumeMount(definition.Name, definition.Identity, BackupNames.Target);
        }

        var isAway = target.Kind != TargetKind.Local;
        string? credentials = null;
        if (isAway)
        {
            await RefuseTheMachineAsync(target, cancellationToken);
            await swarm.EnsureNetworkAsync(
                new NetworkDefinition(_names.TargetsNetwork, Subnet: null, new Ownership(null, null)) { LeadsOut = true },
                cancellationToken
            );
            if (await sealing.OpenAsync(target, cancellationToken) is { } lines)
            {
                credentials = _names.Secret(shortId, CredentialsName, owner.OperationId!.Value, index);
                await swarm.EnsureSecretAsync(new SecretDefinition(credentials, lines, owner), cancellationToken);
            }
        }

        return new RepositoryPlace(
            TargetAddress.Of(target, repository.Id),
            key,
            credentials,
            volume,
            isAway ? _names.TargetsNetwork : null,
            target.UploadKib
        );
    }

    /// <summary>A name may lead anywhere by now: not to this machine, and not to what answers beside it.</summary>
    private async Task RefuseTheMachineAsync(BackupTarget target, CancellationToken cancellationToken)
    {
        if ((await hosts.FindAsync(target.Host!, cancellationToken)).FirstOrDefault(TargetRules.IsOfTheMachine) is { } own)
        {
            throw new PlatformException(
                "target-refused",
                $"{target.Host} leads to {own}, which is of this machine itself. Nothing was sent."
            );
        }
    }

    /// <summary>Takes the secrets away again.</summary>
    public async Task CloseAsync(string shortId, Guid operationId, int repositories, CancellationToken cancellationToken)
    {
        for (var index = 0; index < repositories; index++)
        {
            await swarm.RemoveSecretAsync(_names.Secret(shortId, KeyName, operationId, index), cancellationToken);
            await swarm.RemoveSecretAsync(_names.Secret(shortId, CredentialsName, operationId, index), cancellationToken);
        }
    }

    /// <summary>The volume of a local target: the panel's own, and no site's.</summary>
    public VolumeDefinition VolumeOf(BackupTarget target) =>
        VolumeDefinition.OfRoot(_names.TargetVolume, target.Id, new Ownership(null, null));
}
