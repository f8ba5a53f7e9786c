using System.Formats.Tar;
using System.Text;
using HostingPanel.Operations;
using HostingPanel.Platform;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Operations;

/// <summary>What a <see cref="TestTarget"/> is about.</summary>
internal sealed record TestTargetArguments(Guid TargetId);

/// <summary>
/// Keeps something small at a target and reads it back, in a repository of the panel's own there, so that what is wrong with a target shows
/// before a site's backup needs it.
/// </summary>
internal sealed class TestTarget(
    BackupStore store,
    RepositoryAccess access,
    ResticTool restic,
    Toolbox toolbox,
    ISwarm swarm,
    IOptions<PanelOptions> options,
    TimeProvider time
) : IOperationKind
{
    /// <summary>Stands for the site in the repository's row and in names.</summary>
    private const string NoSite = "panel";
    private const string Probe = $"{BackupNames.Scratch}/probe";
    private static readonly Guid Panel = Guid.Empty;
    private readonly BackupNames _names = new(options.Value);

    public string Kind => OperationKinds.TestTarget;

    public Task<IReadOnlyList<Step>> PlanAsync(Operation operation, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Step>>([
            new Step("prepare", "Make something small", (_, token) => PrepareAsync(operation, token))
            {
                UndoAsync = token => TidyAsync(operation, token),
            },
            new Step("reach", "Find or make the panel's own repository there", (_, token) => ReachAsync(operation, token))
            {
                After = ["prepare"],
                Timeout = TimeSpan.FromMinutes(10),
            },
            new Step("keep", "Keep it there and read it back", (progress, token) => KeepAsync(operation, progress, token))
            {
                After = ["reach"],
                Timeout = TimeSpan.FromMinutes(20),
            },
            new Step("tidy", "Tidy up", (_, token) => TidyAsync(operation, token)) { After = ["keep"] },
        ]);

    public Task AbandonAsync(Operation operation, CancellationToken cancellationToken)
    {
        var now = time.GetStoredNow();
        return operation.ErrorCode is null or "cancelled"
            ? Task.CompletedTask
            : store.UpdateTargetAsync(
                operation.ArgumentsAs<TestTargetArguments>().TargetId,
                target => (target.LastFaultAt, target.LastFaultCode, target.LastFault) = (now, operation.ErrorCode, operation.ErrorMessage),
                cancellationToken
            );
    }

    private async Task PrepareAsync(Operation operation, CancellationToken cancellationToken)
    {
        var scratch = ScratchOf(operation);
        await swarm.CheckAsync([toolbox.Image], cancellationToken);
        await swarm.EnsureVolumesAsync([scratch], cancellationToken);
        using var archive = new MemoryStream();
        await using (var tar = new TarWriter(archive, leaveOpen: true))
        {
            const string Word = "This was kept here to see whether it can be.\n";
            await WriteAsync(tar, "probe/probe.txt", Word, cancellationToken);
            var expected = new
            {
                sources = new[]
                {
                    new ExpectedSource(Probe) { Files = 1, Bytes = Word.Length },
                },
            };
            await WriteAsync(tar, "expected.json", BackupJson.Write(expected), cancellationToken);
        }

        archive.Position = 0;
        await swarm.FillVolumeAsync(scratch, archive, cancellationToken);
    }

    private async Task ReachAsync(Operation operation, CancellationToken cancellationToken)
    {
        var (repository, place) = await PlaceAsync(operation, cancellationToken);
        var found = await RunAsync(operation, place, repository.ResticId is null ? "init" : "identity", [], cancellationToken);
        if (found.Fault == ResticTool.RepositoryExists)
        {
            found = await RunAsync(operation, place, "identity", [], cancellationToken);
        }

        ThrowIfFailed(found);
        var id = JobLines.Read<RepositoryLine>(found.Job).LastOrDefault(line => line.Repository is not null)?.Repository;
        if (repository.ResticId is null && id is not null)
        {
            await store.InitialisedAsync(repository.Id, id, cancellationToken);
        }
        else if (id is null || id != repository.ResticId)
        {
            throw new StepFailedException("repository-not-ours", "The repository there is not the one that this panel has made.");
        }
    }

    private async Task KeepAsync(Operation operation, StepProgress progress, CancellationToken cancellationToken)
    {
        var (_, place) = await PlaceAsync(operation, cancellationToken);
        var kept = await RunAsync(operation, place, "backup", [Probe], cancellationToken);
        if (kept.Fault == ResticTool.Locked)
        {
            // Nobody but a test uses it, and whose lock this is has died.
            await RunAsync(operation, place, "unlock", [], cancellationToken);
            kept = await RunAsync(operation, place, "backup", [Probe], cancellationToken, again: true);
        }

        ThrowIfFailed(kept);
        var snapshot = JobLines.Read<SnapshotLine>(kept.Job).LastOrDefault(line => line.Snapshot is not null)?.Snapshot;
        ThrowIfFailed(await RunAsync(operation, place, "readback", [snapshot ?? string.Empty, BackupNames.Expected], cancellationToken));
        var now = time.GetStoredNow();
        await store.UpdateTargetAsync(
            operation.ArgumentsAs<TestTargetArguments>().TargetId,
            target => target.LastSuccessAt = now,
            cancellationToken
        );
        await progress.ReportAsync("kept and read back");
    }

    private async Task TidyAsync(Operation operation, CancellationToken cancellationToken)
    {
        var scratch = ScratchOf(operation);
        await swarm.RemoveVolumeAsync(scratch.Name, scratch.Identity, cancellationToken);
        await access.CloseAsync(NoSite, operation.Id, repositories: 1, cancellationToken);
    }

    private async Task<(BackupRepository, RepositoryPlace)> PlaceAsync(Operation operation, CancellationToken cancellationToken)
    {
        var id = operation.ArgumentsAs<TestTargetArguments>().TargetId;
        if (await store.ListTargetsAsync([id], cancellationToken) is not [var target])
        {
            throw new StepFailedException("backup-target-not-found", "The target does not exist any more.");
        }

        var repository = await store.EnsureRepositoryAsync(Panel, id, cancellationToken);
        return (repository, await access.OpenAsync(target, repository, NoSite, OwnerOf(operation), index: 0, cancellationToken));
    }

    private Task<ResticResult> RunAsync(
        Operation operation,
        RepositoryPlace place,
        string action,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken,
        bool again = false
    )
    {
        var scratch = ScratchOf(operation);
        var run = new ResticRun(
            _names.Job($"target-{action}{(again ? "-again" : string.Empty)}", operation.Id),
            OwnerOf(operation),
            place,
            [action, .. arguments]
        )
        {
            Volumes = [new VolumeMount(scratch.Name, scratch.Identity, BackupNames.Scratch, ReadOnly: true)],
            Capabilities = [ToolCapabilities.Read],
            Tags = BackupNames.Tag(operation.Id),
        };
        return restic.RunAsync(run, report: null, cancellationToken);
    }

    private static void ThrowIfFailed(ResticResult result)
    {
        if (!result.Succeeded)
        {
            throw new StepFailedException(ResticFaults.CodeOf(result.Fault!), result.Message);
        }
    }

    private static async Task WriteAsync(TarWriter tar, string path, string content, CancellationToken cancellationToken) =>
        await tar.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, path)
            {
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                ModificationTime = DateTimeOffset.UnixEpoch,
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
            },
            cancellationToken
        );

    private VolumeDefinition ScratchOf(Operation operation) =>
        VolumeDefinition.OfRoot(_names.ScratchVolume(NoSite, operation.Id), operation.Id, OwnerOf(operation));

    private static Ownership OwnerOf(Operation operation) => new(SiteId: null, OrganisationId: null, operation.Id);

    private sealed record RepositoryLine(string? Repository);

    private sealed record SnapshotLine(string? Snapshot);
}
