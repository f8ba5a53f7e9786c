using HostingPanel.Blueprints;

namespace HostingPanel.Sites.Disposability;

/// <summary>What is compared of a site before and after its containers were removed.</summary>
/// <param name="Page">Its front page, as a visitor gets it.</param>
/// <param name="Databases">Its databases by name.</param>
/// <param name="Volumes">Its volumes by name, but for those in <paramref name="NotCompared"/>.</param>
/// <param name="NotCompared">What was left out, each with the reason.</param>
internal sealed record SiteFingerprint(
    PageFingerprint Page,
    IReadOnlyList<DatabaseFingerprint> Databases,
    IReadOnlyList<VolumeFingerprint> Volumes,
    IReadOnlyList<string> NotCompared
);

/// <summary>A front page.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">Its title.</param>
/// <param name="Digest">Of its text without what is new in each answer; null when two answers in a row differed even so.</param>
internal sealed record PageFingerprint(int Status, string? Title, string? Digest);

/// <summary>The rows of each table of a database.</summary>
internal sealed record DatabaseFingerprint(string Name, IReadOnlyDictionary<string, long> Rows);

/// <summary>What is in a volume.</summary>
/// <param name="Name">Its name within the site.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Files">Names that are no directories.</param>
/// <param name="Bytes">Of its plain files.</param>
/// <param name="Checksum">Over names, kinds, owners, modes, link targets and contents; not over times.</param>
/// <param name="Unread">Places that could not be read.</param>
/// <param name="IsListed">False where there are more files than can be told one by one.</param>
internal sealed record VolumeFingerprint(string Name, VolumeKind Kind, long Files, long Bytes, string Checksum, int Unread, bool IsListed);

/// <summary>A fingerprint with the lists of files, by volume, as the toolbox packs them; see <see cref="FileList"/>.</summary>
internal sealed record TakenFingerprint(SiteFingerprint Fingerprint, IReadOnlyDictionary<string, byte[]> Lists);
