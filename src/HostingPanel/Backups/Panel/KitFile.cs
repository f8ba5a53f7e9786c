using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace HostingPanel.Backups.Panel;

/// <summary>
/// The file that a recovery kit is: words for people, and between two lines everything that a new machine needs, closed with a passphrase
/// where one was given (PBKDF2, AES-256-GCM).
/// </summary>
internal static class KitFile
{
    private const string Begin = "-----BEGIN HOSTINGPANEL RECOVERY KIT-----";
    private const string End = "-----END HOSTINGPANEL RECOVERY KIT-----";
    private const int Width = 76;
    private const byte Open = 1;
    private const byte Locked = 2;
    private const int SaltLength = 16;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int Iterations = 600_000;

    /// <summary>Writes it. Without a passphrase whoever has the file has everything, and the file says so.</summary>
    public static string Write(KitContent content, string? passphrase)
    {
        var plain = Encoding.UTF8.GetBytes(BackupJson.Write(content));
        var box = string.IsNullOrEmpty(passphrase) ? [Open, .. plain] : Close(plain, passphrase);
        var text = new StringBuilder(WordsOf(content, !string.IsNullOrEmpty(passphrase))).Append(Begin).Append('\n');
        foreach (var line in Convert.ToBase64String(box).Chunk(Width))
        {
            text.Append(line).Append('\n');
        }

        return text.Append(End).Append('\n').ToString();
    }

    /// <summary>Reads it.</summary>
    /// <param name="text">The file.</param>
    /// <param name="passphrase">Null or empty where there is none.</param>
    /// <param name="content">What is in it.</param>
    /// <param name="fault">Why it can't be read, for people.</param>
    public static bool TryRead(
        string text,
        string? passphrase,
        [NotNullWhen(true)] out KitContent? content,
        [NotNullWhen(false)] out string? fault
    )
    {
        (content, fault) = (null, null);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        var packed = new string([
            .. (from < 0 || to < from ? string.Empty : text[(from + Begin.Length)..to]).Where(letter => !char.IsWhiteSpace(letter)),
        ]);
        var box = new byte[packed.Length];
        if (packed.Length == 0 || !Convert.TryFromBase64String(packed, box, out var length) || length < 2)
        {
            fault = "This is no recovery kit, or it was cut off: the lines from BEGIN to END are needed whole.";
            return false;
        }

        byte[]? plain = null;
        if (box[0] == Open)
        {
            plain = box[1..length];
        }
        else if (box[0] != Locked)
        {
            fault = "This recovery kit is of a form that this version does not know. Use the version that is named in it.";
        }
        else if (string.IsNullOrEmpty(passphrase))
        {
            fault = "This recovery kit is closed with a passphrase, and none was given.";
        }
        else if ((plain = TryOpen(box.AsSpan(0, length), passphrase)) is null)
        {
            fault = "The passphrase is not the one that this recovery kit was closed with, or the file was changed.";
        }

        if (plain is null)
        {
            fault ??= "This recovery kit can't be read.";
            return false;
        }

        fault = null;
        content = BackupJson.Read<KitContent>(Encoding.UTF8.GetString(plain));
        return true;
    }

    private static byte[] Close(byte[] plain, string passphrase)
    {
        var box = new byte[1 + SaltLength + NonceLength + plain.Length + TagLength];
        box[0] = Locked;
        RandomNumberGenerator.Fill(box.AsSpan(1, SaltLength + NonceLength));
        using var cipher = new AesGcm(KeyOf(passphrase, box.AsSpan(1, SaltLength)), TagLength);
        cipher.Encrypt(
            box.AsSpan(1 + SaltLength, NonceLength),
            plain,
            box.AsSpan(1 + SaltLength + NonceLength, plain.Length),
            box.AsSpan(1 + SaltLength + NonceLength + plain.Length)
        );
        return box;
    }

    private static byte[]? TryOpen(ReadOnlySpan<byte> box, string passphrase)
    {
        if (box.Length < 1 + SaltLength + NonceLength + TagLength)
        {
            return null;
        }

        var plain = new byte[box.Length - 1 - SaltLength - NonceLength - TagLength];
        using var cipher = new AesGcm(KeyOf(passphrase, box.Slice(1, SaltLength)), TagLength);
        try
        {
            cipher.Decrypt(
                box.Slice(1 + SaltLength, NonceLength),
                box.Slice(1 + SaltLength + NonceLength, plain.Length),
                box[^TagLength..],
                plain
            );
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] KeyOf(string passphrase, ReadOnlySpan<byte> salt) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(passphrase), salt, Iterations, HashAlgorithmName.SHA256, 32);

    private static string WordsOf(KitContent content, bool isLocked) =>
        $"""
            HostingPanel recovery kit {content.Number} of the installation “{content.Installation}” ({content.Settings.GetValueOrDefault(
                "PANEL_DOMAIN"
            )})
            written {content.WrittenAt:yyyy-MM-dd HH:mm} UTC by version {content.Version}

            {(
                isLocked
                    ? "It is closed with a passphrase. Without the passphrase it is worth nothing: keep it elsewhere, but keep it."
                    : "IT IS NOT CLOSED WITH A PASSPHRASE: WHOEVER HAS THIS FILE HAS EVERY KEY, EVERY SITE'S DATA AND ALL BACKUPS."
            )}
            Keep this file away from the machine: it is what brings everything back when the machine is gone.

            On a new, empty machine (Debian or Ubuntu, root), with HostingPanel's sources:
                ./panel recover THIS-FILE
            It needs these places, of which at least one must still be there: {string.Join(
                ", ",
                content.Targets.Select(target => $"{target.Name} ({target.Show ?? "a volume of the machine itself"})")
            )}.

            Write a new one after each change of the places or the settings: ./panel recovery-kit. The panel says when this one is stale.


            """.ReplaceLineEndings(
            "\n"
        );
}

/// <summary>Everything that a new machine needs to read the panel's backups, and to open what is in them.</summary>
internal sealed record KitContent
{
    public int Format { get; init; } = 1;
    public required int Number { get; init; }
    public required DateTimeOffset WrittenAt { get; init; }
    public required string Installation { get; init; }
    public required string Version { get; init; }

    /// <summary>By the names of <c>docker/lib/settings.sh</c>.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>64 hexadecimal digits. The other keys of an installation are made anew.</summary>
    public required string MasterKey { get; init; }

    /// <summary>What the web's keys are closed with, as PEM: without it nobody's authenticator app counts after a recovery. Not in older kits.</summary>
    public string? WebCertificate { get; init; }
    public required IReadOnlyList<KitTarget> Targets { get; init; }
}

/// <summary>A place where the panel's backups lie.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What kind of place it is.</param>
/// <param name="Show">Where it is, for people; null for a local one.</param>
/// <param name="Address">Of the panel's repository there, as <c>hp-restic</c> wants it.</param>
/// <param name="Key">Of that repository.</param>
/// <param name="Credentials">Lines NAME=value, as <c>hp-restic</c> wants them; null where there are none.</param>
internal sealed record KitTarget(string Name, TargetKind Kind, string? Show, string Address, string Key, string? Credentials);
