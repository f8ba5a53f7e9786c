using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HostingPanel.Operations;

namespace HostingPanel.Backups.Browsing;

/// <summary>
/// What is put back beside is called by the day and by its operation, so that two never meet and each can be taken back alone. The images'
/// web servers know the directories by this form, and give out nothing of them.
/// </summary>
internal static class BesideNames
{
    /// <summary>PostgreSQL's and MariaDB's limits are 63 and 64.</summary>
    private const int MaxTableLength = 63;
    private const int HashLength = 8;

    /// <summary>The directory that files are put into.</summary>
    public static string Directory(Operation operation) => $"restored-{Stamp(operation, '-')}";

    /// <summary>The table that stands for one of this name. A long name is cut, and stays one of a kind.</summary>
    public static string Table(Operation operation, string table)
    {
        var name = $"restored_{Stamp(operation, '_')}_{table}";
        return name.Length <= MaxTableLength
            ? name
            : $"{name[..(MaxTableLength - HashLength - 1)]}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(table)))[..HashLength]}";
    }

    private static string Stamp(Operation operation, char between) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{operation.CreatedAt.UtcDateTime:yyyyMMdd}{between}{operation.Id.ToString("N")[^6..]}"
        );
}
