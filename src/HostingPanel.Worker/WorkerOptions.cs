using System.ComponentModel.DataAnnotations;

namespace HostingPanel.Worker;

/// <summary>What only the worker is told. Configuration section <c>Worker</c>.</summary>
internal sealed class WorkerOptions
{
    public const string Section = "Worker";

    /// <summary>The file with the installation's master key.</summary>
    [Required(ErrorMessage = "Worker:MasterKeyFile is needed: the file with the installation's master key.")]
    public string MasterKeyFile { get; set; } = string.Empty;

    /// <summary>The file with the key that the web shows when it asks for logs.</summary>
    [Required(ErrorMessage = "Worker:InternalKeyFile is needed: the file with the key between web and worker.")]
    public string InternalKeyFile { get; set; } = string.Empty;

    /// <summary>The file with the web's certificate, for recovery kits; null where there is none.</summary>
    public string? WebCertificateFile { get; set; }

    /// <summary>A directory on the engine's disk, by which free space is told.</summary>
    public string DiskProbeDirectory { get; set; } = "/gateway";
}
