namespace HostingPanel.Platform;

/// <summary>
/// The container engine, as far as the panel needs it. Every method observes before it acts and names what it makes by the
/// definition alone, so that doing it twice is doing it once. Failures that a person can mend are <see cref="PlatformException"/>s.
/// </summary>
public interface ISwarm : IOperationJobs
{
    /// <summary>Refuses, with the mend, when the engine is too old, no swarm manager, or short of disk space; or when an image is missing.</summary>
    Task CheckAsync(IReadOnlyCollection<string> images, CancellationToken cancellationToken);

    /// <summary>Refuses with <c>no-disk-space</c> when so much more does not fit on the engine's disk beside what is kept back.</summary>
    Task CheckRoomAsync(long bytes, CancellationToken cancellationToken);

    /// <summary>Makes the network if it is not there.</summary>
    Task EnsureNetworkAsync(NetworkDefinition network, CancellationToken cancellationToken);

    /// <summary>Removes the network if it is there; waits for its last task to leave.</summary>
    Task RemoveNetworkAsync(string name, CancellationToken cancellationToken);

    /// <summary>Makes the secret if it is not there. Secrets are immutable: a new value is a new name.</summary>
    Task EnsureSecretAsync(SecretDefinition secret, CancellationToken cancellationToken);

    /// <summary>Removes the secret if it is there.</summary>
    Task RemoveSecretAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the volumes that are not there and writes their marker files; of those that are there the marker is compared,
    /// and a foreign one is refused with <c>volume-not-ours</c>.
    /// </summary>
    Task EnsureVolumesAsync(IReadOnlyList<VolumeDefinition> volumes, CancellationToken cancellationToken);

    /// <summary>
    /// Looks whether these volumes are there and are the right ones, by label and marker file; makes nothing. Refused:
    /// <c>volume-missing</c>, <c>volume-not-ours</c>.
    /// </summary>
    Task RequireVolumesAsync(IReadOnlyList<VolumeDefinition> volumes, CancellationToken cancellationToken);

    /// <summary>Unpacks a tar stream whose every entry was checked into the root of a volume.</summary>
    Task FillVolumeAsync(VolumeDefinition volume, Stream tar, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a plain file in a volume. Links are not followed. Refused: <c>volume-missing</c>, and <c>file-missing</c> for what is no plain file.
    /// </summary>
    /// <param name="volume">The volume.</param>
    /// <param name="path">The file's path in it.</param>
    /// <param name="into">Where its content is written to.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task ReadFileAsync(VolumeDefinition volume, string path, Stream into, CancellationToken cancellationToken);

    /// <summary>Removes the volume of this identity if it is there; one whose label names another identity is refused.</summary>
    Task RemoveVolumeAsync(string name, Guid identity, CancellationToken cancellationToken);

    /// <summary>
    /// Gives a volume that the panel has not made its identity, by a marker file; nothing else in it is touched. Refused:
    /// <c>volume-missing</c>, <c>volume-not-ours</c>, <c>volume-not-adoptable</c>, <c>volume-is-mounted</c>.
    /// </summary>
    Task AdoptVolumeAsync(VolumeDefinition volume, CancellationToken cancellationToken);

    /// <summary>
    /// Removes a volume that was adopted, if it is there. Its labels are not ours to trust: the marker file must name this identity, and is
    /// refused with <c>volume-not-ours</c> otherwise.
    /// </summary>
    Task RemoveAdoptedVolumeAsync(string name, Guid identity, CancellationToken cancellationToken);

    /// <summary>
    /// The volumes on the node, but for those of other installations and the panel's own: those of sites, and those that nobody owns.
    /// </summary>
    Task<IReadOnlyList<VolumeObservation>> ListVolumesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Creates the service, or updates it where its definition differs from what runs. Nothing is started on a volume that is missing or
    /// another one: <c>volume-missing</c>, <c>volume-not-ours</c>.
    /// </summary>
    Task ApplyServiceAsync(ServiceDefinition service, CancellationToken cancellationToken);

    /// <summary>Removes the service if it is there and waits until its containers have gone.</summary>
    Task RemoveServiceAsync(string name, CancellationToken cancellationToken);

    /// <summary>
    /// Waits until the service runs as defined: every replica running (and healthy, where it has a health check), none of an older
    /// definition left. Throws <see cref="PlatformException"/> with the engine's reason when it can't be reached.
    /// </summary>
    Task WaitForServiceAsync(ServiceDefinition service, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>
    /// Runs a job to its end and removes it. An exit code other than 0 is in the result, not an exception. One whose volumes are not all
    /// there is refused with <c>volume-missing</c>: the engine would make empty ones.
    /// </summary>
    Task<JobResult> RunJobAsync(JobDefinition job, CancellationToken cancellationToken);

    /// <summary>Removes a container of this installation that belongs to no service, if it is there.</summary>
    Task RemoveContainerAsync(string id, CancellationToken cancellationToken);

    /// <summary>Everything that carries this installation's label: one list call per kind, however many sites there are.</summary>
    Task<SwarmSnapshot> SnapshotAsync(CancellationToken cancellationToken);

    /// <summary>What happens in the engine to things of this installation, as it happens. Goes on over restarts of the engine, until cancelled.</summary>
    IAsyncEnumerable<EngineEvent> WatchAsync(CancellationToken cancellationToken);

    /// <summary>The containers of a site's services that run, with what each has written outside of its volumes; jobs are not among them.</summary>
    Task<IReadOnlyList<ContainerObservation>> InspectContainersAsync(Guid siteId, CancellationToken cancellationToken);

    /// <summary>
    /// Kills and removes those of these containers of a site that are there, without any grace, and waits until they have gone. Their
    /// services make new ones.
    /// </summary>
    Task RemoveContainersAsync(Guid siteId, IReadOnlyCollection<string> ids, CancellationToken cancellationToken);

    /// <summary>The container output of a service, oldest first; goes on while it is followed.</summary>
    IAsyncEnumerable<LogLine> ReadLogsAsync(string service, int tail, bool follow, CancellationToken cancellationToken);
}

/// <summary>A failure of the engine that a person can understand and mend.</summary>
public sealed class PlatformException : Exception
{
    /// <summary>Makes one.</summary>
    public PlatformException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>A stable, kebab-case word.</summary>
    public string Code { get; }

    /// <summary>True when it may work in a moment without anybody's doing: the engine restarts, or the gateway does.</summary>
    public bool IsPassing { get; init; }
}
