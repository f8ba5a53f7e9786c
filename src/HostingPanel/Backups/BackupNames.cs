using System.Globalization;
using HostingPanel.Platform;

namespace HostingPanel.Backups;

/// <summary>Names and places of what backups make in the engine, deterministic per operation. The one place that makes them.</summary>
internal sealed class BackupNames(PanelOptions options)
{
    /// <summary>Where the jobs see the dumps and the manifest.</summary>
    public const string Scratch = "/scratch";
    private const string DumpsDirectory = "databases";

    /// <summary>The same in every installation: there is one such volume in each, and its name tells whose.</summary>
    private static readonly Guid ChecksumsIdentity = new("6c697374-0000-4000-8000-66696c657321");
    public const string Dumps = $"{Scratch}/{DumpsDirectory}";
    public const string Manifest = $"{Scratch}/manifest.json";
    public const string Signature = $"{Scratch}/manifest.json.hmac";

    /// <summary>What reading back compares with; beside the set, not in it.</summary>
    public const string Expected = $"{Scratch}/expected.json";

    /// <summary>Where the jobs see a local target.</summary>
    public const string Target = "/target";

    /// <summary>Where the jobs see a volume of the site.</summary>
    public static string Volume(string name) => $"/volumes/{name}";

    /// <summary>Where the job that counts a site's files sees what it knows of them since the last time.</summary>
    public const string Checksums = "/checksums";

    /// <summary>By this a restore point's snapshot is found in its repository.</summary>
    public static string Tag(Guid restorePoint) => $"restore-point={restorePoint}";

    /// <summary>By this a backup of the panel is found in its repository.</summary>
    public static string PanelTag(Guid backup) => $"panel-backup={backup}";

    /// <summary>The volume of a local target.</summary>
    public string TargetVolume => $"{options.Installation}-backups";

    /// <summary>
    /// The panel's own volume with the checksums of all sites' files, so that only those are read again which have changed. What it does not
    /// hold is read.
    /// </summary>
    public VolumeDefinition ChecksumsVolume =>
        VolumeDefinition.OfRoot($"{options.Installation}-checksums", ChecksumsIdentity, new Ownership(null, null));

    /// <summary>The one network that leads out of the machine, for the jobs that reach a target elsewhere; no site stands on it.</summary>
    public string TargetsNetwork => $"{options.Installation}-targets";

    /// <summary>The volume in which an operation puts together, or unpacks, what is no volume of the site.</summary>
    public string ScratchVolume(string shortId, Guid operationId) => $"{options.Installation}-{shortId}-scratch-{Short(operationId)}";

    /// <summary>That volume, which belongs to nobody that has files elsewhere.</summary>
    public VolumeDefinition ScratchOf(string shortId, Guid operationId, Ownership owner) =>
        VolumeDefinition.OfRoot(ScratchVolume(shortId, operationId), operationId, owner) with
        {
            Uid = DatabaseTool.Nobody.Uid,
            Gid = DatabaseTool.Nobody.Gid,
        };

    /// <summary>The same with the directory that dumps come into.</summary>
    public VolumeDefinition DumpScratchOf(string shortId, Guid operationId, Ownership owner) =>
        ScratchOf(shortId, operationId, owner) with
        {
            Directory = DumpsDirectory,
        };

    /// <summary>A secret that lives as long as the operation.</summary>
    public string Secret(string shortId, string name, Guid operationId, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{options.Installation}-{shortId}-{name}-{Short(operationId)}-{index}");

    /// <summary>A job of an operation that acts on no site.</summary>
    public string Job(string name, Guid operationId) => $"{options.Installation}-{name}-{Short(operationId)}";

    private static string Short(Guid operationId) => operationId.ToString("N")[^8..];
}
