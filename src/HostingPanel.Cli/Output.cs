using System.Globalization;
using System.Text;
using System.Text.Json;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary>Prints results, for people as aligned columns or for scripts as JSON.</summary>
internal sealed class Output(TextWriter writer, bool json)
{
    private static readonly JsonSerializerOptions Indented = new(PanelJson.Options) { WriteIndented = true };

    /// <summary>True when a script reads: then nothing but one JSON document is printed.</summary>
    public bool IsJson { get; } = json;

    /// <summary>Prints a value: as JSON, or as what the columns make of it.</summary>
    public void Write<T>(T value, Func<T, IEnumerable<(string Name, string? Text)>> fields)
    {
        if (IsJson)
        {
            WriteJson(value);
            return;
        }

        var rows = fields(value).Where(field => field.Text is not null).ToList();
        var width = rows.Max(field => field.Name.Length);
        foreach (var (name, text) in rows)
        {
            Line($"{name.PadRight(width)}  {text}");
        }
    }

    /// <summary>Prints a list with a heading per column.</summary>
    public void WriteTable<T>(IReadOnlyList<T> items, string[] headings, Func<T, string?[]> columns)
    {
        if (IsJson)
        {
            WriteJson(items);
            return;
        }

        List<string[]> rows = [headings, .. items.Select(item => columns(item).Select(Harmless).ToArray())];
        var widths = headings.Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            Line(string.Join("  ", row.Select((text, column) => text.PadRight(widths[column]))).TrimEnd());
        }
    }

    /// <summary>Prints JSON.</summary>
    public void WriteJson<T>(T value) => writer.WriteLine(JsonSerializer.Serialize(value, Indented));

    /// <summary>Prints a line for people.</summary>
    public void Line(string text) => writer.WriteLine(Harmless(text));

    /// <summary>A time as people read it.</summary>
    public static string? Time(DateTimeOffset? time) => time?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A size as people read it.</summary>
    public static string? Bytes(long? bytes) =>
        bytes switch
        {
            null => null,
            < 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
            < 1000L << 10 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KB"),
            < 1000L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.##} GB"),
        };

    /// <summary>An enum's word in the contract.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>Text without what a terminal obeys: titles and messages come from others.</summary>
    public static string Harmless(string? text)
    {
        var clean = new StringBuilder(text);
        for (var i = 0; i < clean.Length; i++)
        {
            if (char.GetUnicodeCategory(clean[i]) is UnicodeCategory.Control or UnicodeCategory.Format)
            {
                clean[i] = '\uFFFD';
            }
        }

        return clean.ToString();
    }
}
