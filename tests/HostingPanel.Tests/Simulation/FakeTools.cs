using System.Security.Cryptography;
using HostingPanel.Platform;

namespace HostingPanel.Tests.Simulation;

/// <summary>What the toolbox's programs do to volumes in memory.</summary>
internal static class FakeTools
{
    /// <summary>The machine is always busy: a program that may wait for it (<c>lib/hp/gentle</c>) tells of that before anything else.</summary>
    public static JobResult RunGated(MemoryEngine engine, ContainerDefinition container)
    {
        var result = Run(engine, container);
        return container.Environment.ContainsKey("HP_PATIENCE") && container.Command is ["hp-fingerprint" or "hp-dump" or "hp-restic", ..]
            ? result with
            {
                Output = [Line("\"waits\":\"io\",\"pressure\":63"), Line("\"waited\":2"), .. result.Output],
            }
            : result;
    }

    private static JobResult Run(MemoryEngine engine, ContainerDefinition container)
    {
        foreach (var volume in container.Volumes)
        {
            if (!engine.Volumes.TryGetValue(volume.VolumeName, out var there) || there.Identity != volume.Identity)
            {
                throw new PlatformException("volume-missing", $"A job needs the volume {volume.VolumeName}, which is not there.");
            }
        }

        switch (container.Command?.ToArray())
        {
            case ["hp-measure", .. var ids]:
                return Said([
                    .. ids.Select(id =>
                        Line(
                            $"\"volume\":\"{id}\",\"bytes\":{Size(Find(id))},\"apparentBytes\":1,\"files\":1,\"unread\":0,\"marker\":\"right\""
                        )
                    ),
                ]);
            case ["hp-clone", var from, var to, ..]:
                var target = container.Volumes.Single(volume => $"{volume.Identity}" == to).VolumeName;
                engine.Volumes[target] = engine.Volumes[target] with { Fillings = Find(from).Fillings };
                return Said([Line($"\"copied\":{Size(Find(to))},\"apparentBytes\":1,\"files\":1,\"leftOut\":0,\"done\":true")]);
            case ["hp-fingerprint", .. var ids]:
                return Said([
                    .. ids.Select(id =>
                        Line(
                            $"\"volume\":\"{id}\",\"files\":{Size(Find(id))},\"bytes\":1,\"checksum\":\"{Convert.ToHexStringLower(SHA256.HashData(Find(id).Fillings))}\",\"read\":1,\"unread\":0,\"listed\":false"
                        )
                    ),
                ]);
            case ["hp-count-rows", .. var places]:
                return Said([
                    .. places.Select(place => Line($"\"database\":\"{place.Split('@')[0]}\",\"rows\":{Line("\"users\":3")}")),
                    .. places.Select(place => Line($"\"database\":\"{place.Split('@')[0]}\",\"tables\":1")),
                ]);
            case [
                "hp-dump"
                or "hp-load"
                or "hp-load-tables"
                or "hp-put-beside"
                or "hp-pack"
                or "hp-restic"
                or "hp-pg-dump"
                or "sha256sum",
                ..,
            ]:
                return FakeBackupTools.Run(engine, container);
            case ["hp-acme", FakeAuthority.Bound, ..]:
                var binding = container.Secrets.FirstOrDefault(mount => mount.FileName == "acme-binding");
                return FakeAuthority.Only.Answer(
                    container,
                    binding is null ? default(ReadOnlyMemory<byte>?) : engine.Secrets[binding.SecretName].Value
                );
            case ["hp-acme", ..]:
                return FakeAuthority.Only.Answer(container);
            case ["hp-outside", .. var places]:
                return Said([Line($"\"routes\":0,\"tried\":[{string.Join(',', places.Select(place => $"\"{place}\""))}],\"reached\":[]")]);
            case ["hp-visit", var front, ..]:
                return engine.Services.TryGetValue(front, out var service) && service.Replicas > 0
                    ? Said([Line("\"status\":200"), Line("\"part\":\"<title>Title</title>\"")])
                    : Said([Line("\"status\":null,\"error\":\"There is no such host.\"")]);
            case ["hp-picture", ..]:
                return Said(SamplePicture.Said(SamplePicture.Png()));
            case ["hp-check-tables", .. var checkedPlaces]:
                return Said([
                    .. checkedPlaces.Select(place =>
                        Line($"\"database\":\"{place.Split('@')[0]}\",\"tables\":1,\"views\":0,\"triggers\":0,\"routines\":0,\"events\":0")
                    ),
                ]);
            default:
                return Said([]);
        }

        FakeVolume Find(string id) => engine.Volumes[container.Volumes.Single(volume => $"{volume.Identity}" == id).VolumeName];
    }

    public static JobResult Said(IReadOnlyList<string> lines) => new(0, lines, []);

    public static string Line(string members) => "{" + members + "}";

    public static int Size(FakeVolume volume) => volume.Fillings.Length;
}
