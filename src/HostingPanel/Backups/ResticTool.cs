using System.Globalization;
using HostingPanel.Operations;
using HostingPanel.Platform;

namespace HostingPanel.Backups;

/// <summary>A repository as a job reaches it.</summary>
/// <param name="Address">As restic wants it.</param>
/// <param name="KeySecret">The engine's name of the secret with its key.</param>
/// <param name="CredentialsSecret">That with the target's credentials; null where there are none.</param>
/// <param name="Volume">The volume of a local target; null for one elsewhere.</param>
/// <param name="Network">The network that leads to a target elsewhere; null for a local one.</param>
/// <param name="UploadKib">How much may be sent, in KiB/s; null for as much as there is.</param>
internal sealed record RepositoryPlace(
    string Address,
    string KeySecret,
    string? CredentialsSecret,
    VolumeMount? Volume,
    string? Network,
    int? UploadKib
);

/// <summary>One run of <c>hp-restic</c>.</summary>
internal sealed record ResticRun(string Job, Ownership Owner, RepositoryPlace Place, IReadOnlyList<string> Arguments)
{
    /// <summary>What it reads or writes beside the repository.</summary>
    public IReadOnlyList<VolumeMount> Volumes { get; init; } = [];
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>Tags of the snapshot that it makes.</summary>
    public string? Tags { get; init; }

    /// <summary>True where it makes the repository, when there is none.</summary>
    public bool MayMake { get; init; }
}

/// <summary>How far restic is.</summary>
internal sealed record ResticProgress(double? Progress, long Files, long Bytes);

/// <summary>
/// How a run ended: with what it printed, or with one of the words of <c>hp-restic</c> and its message. A target that does not answer is no
/// exception: the other targets go on.
/// </summary>
internal sealed record ResticResult(JobResult Job, string? Fault, string Message)
{
    public bool Succeeded => Fault is null;
}

/// <summary>
/// Runs <c>hp-restic</c> of the toolbox. A job has the key of one repository and a way to its target, and none to any site's network.
/// </summary>
internal sealed class ResticTool(Toolbox toolbox)
{
    public const string Locked = "locked";
    public const string RepositoryExists = "repository-exists";
    public const string Missing = "repository-missing";
    public const string NoRoom = "no-room";
    private const string Failed = "failed";
    private static readonly ResourceLimits Limits = new(1024L << 20, 1_000_000_000, 64);

    /// <summary>Runs it to its end.</summary>
    /// <param name="run">What to run.</param>
    /// <param name="report">Told how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="progress">Told while it waits for the machine; null for nobody.</param>
    public async Task<ResticResult> RunAsync(
        ResticRun run,
        Func<ResticProgress, Task>? report,
        CancellationToken cancellationToken,
        StepProgress? progress = null
    )
    {
        var result = await toolbox.RunAsync(JobOf(run), report, cancellationToken, progress);
        if (result.ExitCode == 0)
        {
            return new ResticResult(result, Fault: null, string.Empty);
        }

        var told = JobLines.Read<ErrorLine>(result).LastOrDefault(line => line.Error is { Length: > 0 });
        return new ResticResult(
            result,
            told?.Error ?? Failed,
            told?.Message is { Length: > 0 } message ? message : JobLines.LastWords(result)
        );
    }

    private JobDefinition JobOf(ResticRun run)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["HP_REPOSITORY"] = run.Place.Address };
        if (run.Tags is { } tags)
        {
            environment["HP_TAGS"] = tags;
        }

        if (run.MayMake)
        {
            environment["HP_MAKE"] = "yes";
        }

        if (run.Place.UploadKib is { } limit)
        {
            environment["HP_UPLOAD_KIB"] = limit.ToString(CultureInfo.InvariantCulture);
        }

        var secrets = new List<SecretMount> { new(run.Place.KeySecret, "repository-key", 0, 0) };
        if (run.Place.CredentialsSecret is { } credentials)
        {
            secrets.Add(new SecretMount(credentials, "target-credentials", 0, 0));
        }

        return new JobDefinition(
            run.Job,
            run.Owner.OperationId!.Value,
            new ContainerDefinition
            {
                Image = toolbox.Image,
                Owner = run.Owner,
                User = "0:0",
                Command = ["hp-restic", .. run.Arguments],
                Environment = environment,
                Secrets = secrets,
                Volumes = [.. run.Volumes, .. run.Place.Volume is { } target ? [target] : Array.Empty<VolumeMount>()],
                Networks = run.Place.Network is { } network ? [new NetworkAttachment(network, [])] : [],
                Capabilities = run.Capabilities,
                Tmpfs = [new TmpfsMount("/tmp", 256L << 20)],
                Limits = Limits,
            },
            Toolbox.JobTimeout
        )
        {
            IsTool = true,
        };
    }

    private sealed record ErrorLine(string? Error, string? Message);
}
