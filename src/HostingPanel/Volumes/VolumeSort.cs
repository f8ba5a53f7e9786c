using System.Globalization;
using System.Text;

namespace HostingPanel.Volumes;

/// <summary>What a list of volumes is ordered by.</summary>
public enum VolumeOrder
{
    /// <summary>Their sites' slugs, then their names.</summary>
    Site,

    /// <summary>Their names.</summary>
    Name,

    /// <summary>What they take on the disk; those not measured yet count as less than nothing.</summary>
    Size,

    /// <summary>How many files are in them.</summary>
    Files,

    /// <summary>When they were made.</summary>
    Created,
}

/// <summary>An order with its direction, written as the contract does: <c>size</c>, <c>-size</c>.</summary>
/// <param name="By">What by.</param>
/// <param name="IsDescending">True for the largest or latest first.</param>
public sealed record VolumeSort(VolumeOrder By = VolumeOrder.Site, bool IsDescending = false)
{
    /// <summary>Reads it; null and empty are the usual order.</summary>
    public static Outcome<VolumeSort> Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return new VolumeSort();
        }

        var word = text[0] == '-' ? text[1..] : text;
        foreach (var order in Enum.GetValues<VolumeOrder>())
        {
            if (WordOf(order) == word)
            {
                return new VolumeSort(order, word.Length < text.Length);
            }
        }

        return Problem.Invalid(
            "sort",
            $"sort must be one of {string.Join(", ", Enum.GetValues<VolumeOrder>().Select(WordOf))}, with a - before it for the other direction."
        );
    }

    /// <inheritdoc />
    public override string ToString() => (IsDescending ? "-" : string.Empty) + WordOf(By);

    internal bool IsByText => By is VolumeOrder.Site or VolumeOrder.Name or VolumeOrder.Created;

    private static string WordOf(VolumeOrder order) => order.ToString().ToLowerInvariant();
}

/// <summary>A place in a list of volumes: after this one. Says the order that it belongs to, for in another it would mean nothing.</summary>
internal sealed record VolumePlace(string Text, long Number, Guid Id)
{
    public string ToCursor(VolumeSort sort) =>
        System.Buffers.Text.Base64Url.EncodeToString(
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{sort}\n{Number}\n{Id}\n{Text}"))
        );

    public static Outcome<VolumePlace> Parse(string cursor, VolumeSort sort)
    {
        try
        {
            if (
                Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(cursor)).Split('\n', 4)
                    is [var order, var number, var id, var text]
                && order == sort.ToString()
                && long.TryParse(number, CultureInfo.InvariantCulture, out var parsed)
                && Guid.TryParse(id, CultureInfo.InvariantCulture, out var identity)
                && !text.Contains('\0', StringComparison.Ordinal)
            )
            {
                return new VolumePlace(text, parsed, identity);
            }
        }
        catch (FormatException)
        {
            // Below.
        }

        return Problem.Invalid("cursor", "This cursor was not given out by this list in this order.");
    }
}
