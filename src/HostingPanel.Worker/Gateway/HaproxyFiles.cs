using System.Security.Cryptography;
using System.Text;

namespace HostingPanel.Worker.Gateway;

/// <summary>
/// The files that a configuration names: lists, maps and pages. What people typed stands there, line by line, and not in HAProxy's
/// language. Their names come from their content, so that a configuration never meets another's file and sites with the same list share it.
/// </summary>
internal sealed class HaproxyFiles : IEquatable<HaproxyFiles>
{
    /// <summary>Their folder in the volume.</summary>
    public const string Folder = "rules";

    private readonly SortedDictionary<string, string> _contents = new(StringComparer.Ordinal);

    /// <summary>Names below the volume, and what is in them.</summary>
    public IReadOnlyDictionary<string, string> Contents => _contents;

    /// <summary>One entry per line.</summary>
    /// <returns>The file's path inside the gateway.</returns>
    public string AddList(IEnumerable<string> lines) => Add("lst", string.Concat(lines.Select(line => $"{line}\n")));

    /// <summary>One key and its value per line.</summary>
    /// <returns>The file's path inside the gateway.</returns>
    public string AddMap(IEnumerable<(string Key, string Value)> entries) =>
        Add("map", string.Concat(entries.Select(entry => $"{entry.Key} {entry.Value}\n")));

    /// <summary>A page, as it is sent.</summary>
    /// <returns>The file's path inside the gateway.</returns>
    public string AddPage(string html) => Add("html", html);

    /// <inheritdoc />
    public bool Equals(HaproxyFiles? other) => other is not null && _contents.SequenceEqual(other._contents);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as HaproxyFiles);

    /// <inheritdoc />
    public override int GetHashCode() => _contents.Count;

    private string Add(string kind, string content)
    {
        var name = $"{Folder}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)))[..16]}.{kind}";
        _contents[name] = content;
        return $"/gateway/{name}";
    }
}
