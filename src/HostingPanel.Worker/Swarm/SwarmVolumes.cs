using System.Formats.Tar;
using System.Text;
using HostingPanel.Docker;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Swarm;

/// <summary>
/// Volumes by identity. Everything is written through a <see cref="VolumeMounts"/> container, which is never started: the engine itself
/// unpacks an archive into it, so no image's code runs, and owners and rights come out as they are written.
/// </summary>
internal sealed class SwarmVolumes(DockerClient docker, VolumeMounts mounts, SwarmOptions options, TimeProvider time)
{
    /// <summary>The marker file's name; the images' entry point looks for it.</summary>
    public const string Marker = ".hp-volume";
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    public async Task EnsureAsync(IReadOnlyList<VolumeDefinition> volumes, CancellationToken cancellationToken)
    {
        foreach (var volume in volumes)
        {
            var created = await docker.Volumes.CreateAsync(
                new VolumeCreateRequest
                {
                    Name = volume.Name,
                    Labels = new Dictionary<string, string>(
                        Labels.Of(options.Installation, volume.Owner with { OperationId = null }),
                        StringComparer.Ordinal
                    )
                    {
                        [Labels.Volume] = volume.Identity.ToString(),
                    },
                },
                cancellationToken
            );
            // Creating a volume that is there answers with that one, whosever it is.
            if (created.Labels.GetValueOrDefault(Labels.Volume) != volume.Identity.ToString())
            {
                throw new PlatformException(
                    "volume-not-ours",
                    $"There is a volume “{volume.Name}” in the engine that is not the one this site was given. Nothing was touched."
                );
            }
        }

        await using var container = await mounts.MountAsync(volumes, cancellationToken);
        var unmarked = new List<VolumeDefinition>();
        foreach (var volume in volumes)
        {
            switch (await ReadMarkerAsync(container.Id, volume, cancellationToken))
            {
                case null:
                    unmarked.Add(volume);
                    break;
                case var found when found != volume.Identity.ToString():
                    throw new PlatformException(
                        "volume-not-ours",
                        $"The marker file in the volume “{volume.Name}” names another volume. Nothing was touched; look at what is in it."
                    );
            }
        }

        if (unmarked.Count > 0)
        {
            await docker.Containers.PutArchiveAsync(container.Id, "/", await MarkersAsync(unmarked, cancellationToken), cancellationToken);
        }
    }

    public async Task FillAsync(VolumeDefinition volume, Stream tar, CancellationToken cancellationToken)
    {
        await using var container = await mounts.MountAsync([volume], cancellationToken);
        await docker.Containers.PutArchiveAsync(container.Id, VolumeMounts.PathOf(volume), tar, cancellationToken);
    }

    public async Task ReadAsync(VolumeDefinition volume, string path, Stream into, CancellationToken cancellationToken)
    {
        await using var container = await mounts.MountAsync([volume], cancellationToken);
        try
        {
            await using var tar = await docker.Containers.GetArchiveAsync(
                container.Id,
                $"{VolumeMounts.PathOf(volume)}/{path}",
                cancellationToken
            );
            await using var reader = new TarReader(tar);
            if (
                await reader.GetNextEntryAsync(copyData: false, cancellationToken) is
                { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile } file
            )
            {
                await (file.DataStream ?? Stream.Null).CopyToAsync(into, cancellationToken);
                return;
            }
        }
        catch (DockerNotFoundException)
        {
            // Said below.
        }

        throw new PlatformException("file-missing", $"There is no file {path} in the volume “{volume.Name}”.");
    }

    public async Task RemoveAsync(string name, Guid identity, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var volume = await docker.Volumes.InspectAsync(name, cancellationToken);
                if (volume.Labels.GetValueOrDefault(Labels.Volume) != identity.ToString())
                {
                    throw new PlatformException(
                        "volume-not-ours",
                        $"The volume “{name}” is another one than the one to delete. Nothing was touched."
                    );
                }

                await docker.Volumes.RemoveAsync(name, cancellationToken);
                return;
            }
            catch (DockerNotFoundException)
            {
                return;
            }
            catch (DockerConflictException)
            {
                // A container that is just going still holds it. The step's time-out bounds this.
                await ReapEndedAsync(name, cancellationToken);
                await Task.Delay(PollInterval, time, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Removes containers of ours that have ended and still hold a volume: of a job whose service went while its container was being made,
    /// of a worker that was killed while it wrote into the volume. They hold nothing that is kept.
    /// </summary>
    public async Task ReapEndedAsync(string volume, CancellationToken cancellationToken)
    {
        var holders = await docker.Containers.ListAsync(
            all: true,
            Filters.Of("volume", volume) & Filters.Label(Labels.Installation, options.Installation),
            cancellationToken
        );
        foreach (var holder in holders.Where(container => container.State is "exited" or "dead" or "created"))
        {
            try
            {
                await docker.Containers.RemoveAsync(holder.Id, force: false, volumes: false, cancellationToken);
            }
            catch (Exception failure) when (failure is DockerNotFoundException or DockerConflictException)
            {
                // Gone meanwhile, or going.
            }
        }
    }

    /// <summary>What the marker file says; null when there is none.</summary>
    public async Task<string?> ReadMarkerAsync(string container, VolumeDefinition volume, CancellationToken cancellationToken)
    {
        try
        {
            await using var tar = await docker.Containers.GetArchiveAsync(
                container,
                $"{VolumeMounts.PathOf(volume)}/{Marker}",
                cancellationToken
            );
            await using var reader = new TarReader(tar);
            // A link planted in place of the marker is no marker, and is not followed.
            if (
                await reader.GetNextEntryAsync(copyData: true, cancellationToken)
                is not { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile, DataStream: { Length: < 200 } data }
            )
            {
                return "something that is no marker file";
            }

            using var text = new StreamReader(data, Encoding.ASCII);
            return await text.ReadLineAsync(cancellationToken) ?? string.Empty;
        }
        catch (DockerNotFoundException)
        {
            return null;
        }
    }

    private async Task<Stream> MarkersAsync(IReadOnlyList<VolumeDefinition> volumes, CancellationToken cancellationToken)
    {
        var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var volume in volumes)
            {
                // The entry of the directory itself gives the volume's root its owner and rights.
                await writer.WriteEntryAsync(DirectoryOf(volume, VolumeMounts.PathOf(volume)), cancellationToken);
                if (volume.Directory is { } directory)
                {
                    await writer.WriteEntryAsync(DirectoryOf(volume, $"{VolumeMounts.PathOf(volume)}/{directory}"), cancellationToken);
                }

                // Last: a volume with its marker is whole.
                await writer.WriteEntryAsync(MarkerOf(volume), cancellationToken);
            }
        }

        tar.Position = 0;
        return tar;
    }

    private PaxTarEntry DirectoryOf(VolumeDefinition volume, string path) =>
        new(TarEntryType.Directory, $"{path[1..]}/")
        {
            Uid = volume.Uid,
            Gid = volume.Gid,
            Mode = volume.Mode,
            ModificationTime = time.GetUtcNow(),
        };

    /// <summary>The marker file in an archive of the container's root.</summary>
    public PaxTarEntry MarkerOf(VolumeDefinition volume) =>
        new(TarEntryType.RegularFile, $"{VolumeMounts.PathOf(volume)[1..]}/{Marker}")
        {
            Uid = 0,
            Gid = 0,
            Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            ModificationTime = time.GetUtcNow(),
            DataStream = new MemoryStream(Encoding.ASCII.GetBytes($"{volume.Identity}\n")),
        };
}
