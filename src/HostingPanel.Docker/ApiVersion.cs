using System.Globalization;
using System.Runtime.InteropServices;

namespace HostingPanel.Docker;

/// <summary>A version of the Engine API, such as 1.41. Compared by number: 1.9 is older than 1.41.</summary>
/// <param name="Major">The part before the dot.</param>
/// <param name="Minor">The part after the dot.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ApiVersion(int Major, int Minor) : IComparable<ApiVersion>
{
    /// <summary>The newest version this client was written for. A newer engine is asked in this one.</summary>
    public static ApiVersion Maximum { get; } = new(1, 47);

    /// <summary>The oldest version that has everything this client uses (engine 20.10: jobs, capabilities of services).</summary>
    public static ApiVersion Minimum { get; } = new(1, 41);

    /// <summary>Reads "1.41".</summary>
    /// <returns>False when the text is not two numbers with a dot between them.</returns>
    public static bool TryParse(string? text, out ApiVersion version)
    {
        version = default;
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (
            dot < 0
            || !int.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            || !int.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
        )
        {
            return false;
        }

        version = new ApiVersion(major, minor);
        return true;
    }

    /// <inheritdoc />
    public int CompareTo(ApiVersion other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    /// <summary>Older than.</summary>
    public static bool operator <(ApiVersion left, ApiVersion right) => left.CompareTo(right) < 0;

    /// <summary>Newer than.</summary>
    public static bool operator >(ApiVersion left, ApiVersion right) => left.CompareTo(right) > 0;

    /// <summary>Older than, or the same.</summary>
    public static bool operator <=(ApiVersion left, ApiVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Newer than, or the same.</summary>
    public static bool operator >=(ApiVersion left, ApiVersion right) => left.CompareTo(right) >= 0;

    /// <summary>"1.41".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
