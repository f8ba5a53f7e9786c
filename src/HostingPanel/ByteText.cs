using System.Globalization;

namespace HostingPanel;

/// <summary>Amounts of bytes for people.</summary>
public static class ByteText
{
    /// <summary>In the unit that suits, such as <c>12.3 GB</c>; each unit is 1,024 of the one before.</summary>
    public static string Of(long bytes)
    {
        string[] units = ["B", "KB", "MB", "GB", "TB"];
        double amount = bytes;
        var unit = 0;
        for (; amount >= 1000 && unit < units.Length - 1; unit++)
        {
            amount /= 1024;
        }

        return unit == 0 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{amount:0.#} {units[unit]}");
    }
}
