using HostingPanel.Operations;

namespace HostingPanel.Volumes.Operations;

/// <summary>What <see cref="PurgeVolume"/> and <see cref="AdoptVolume"/> are about.</summary>
internal sealed record VolumeArguments(Guid VolumeId);

/// <summary>Deletes a volume from the trash for good, by its identity. There is no way back, so there is no undo.</summary>
internal sealed class PurgeVolume(VolumeStore store, VolumePurge purge) : IOperationKind
{
    public string Kind => OperationKinds.PurgeVolume;

    public async Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.ArgumentsAs<VolumeArguments>().VolumeId;
        var volume = await store.FindAsync(id, cancellationToken);
        if (volume is { State: not VolumeState.Trashed } or { StandsAlone: false })
        {
            throw new StepFailedException("volume-not-trashed", $"{volume.Name} is not in the trash any more.");
        }

        return
        [
            new Step(
                "delete",
                "Delete the volume",
                async (progress, token) =>
                {
                    // Resumed after its last step: the row has gone, and it went after the volume.
                    if (volume is not null)
                    {
                        await purge.DeleteAsync(volume, token);
                        await progress.ReportAsync(volume.EngineName);
                    }
                }
            )
            {
                Timeout = TimeSpan.FromMinutes(30),
            },
            new Step("forget", "Forget it", (_, token) => store.ForgetAsync(id, token)) { After = ["delete"] },
        ];
    }

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string?> TellLeftAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.ArgumentsAs<VolumeArguments>().VolumeId;
        return purge.TellLeftAsync(volume => volume.Id == id, cancellationToken);
    }
}
