using System.Globalization;
using System.Text;
using System.Text.Json;
using HostingPanel.Audit;
using HostingPanel.Client;

namespace HostingPanel.Web.Audit;

/// <summary>The audit as a file, written while it is read.</summary>
internal static class AuditFile
{
    public const string Csv = "csv";
    public const string JsonLines = "jsonl";
    private static readonly string[] Columns =
    [
        "sequence",
        "at",
        "actor kind",
        "actor id",
        "actor",
        "role",
        "address",
        "act",
        "outcome",
        "code",
        "target kind",
        "target id",
        "target",
        "organisation",
        "operation",
        "detail",
        "times",
        "hash",
    ];

    /// <summary>The answer with the file; refused for a format that there is none of.</summary>
    public static IResult Result(AuditExport export, string? format, TimeProvider time)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"audit-{time.GetUtcNow():yyyyMMdd-HHmmss}.{format}");
        return format switch
        {
            Csv => Results.Stream(stream => WriteCsvAsync(export, stream), "text/csv; charset=utf-8", name),
            JsonLines => Results.Stream(stream => WriteJsonAsync(export, stream), "application/jsonl", name),
            _ => Api.ApiFailures.ToResult(HostingPanel.Problem.Invalid("format", $"format must be one of {Csv}, {JsonLines}.")),
        };
    }

    /// <summary>A cell that a spreadsheet shows and never computes, nor takes for two.</summary>
    internal static string Cell(string? text)
    {
        var clean = new StringBuilder("\"");
        if (text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '＝' or '＋' or '－' or '＠', ..])
        {
            clean.Append('\'');
        }

        foreach (var letter in text ?? string.Empty)
        {
            clean.Append(
                letter == '"' ? "\"\""
                : char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format ? "\uFFFD"
                : letter.ToString()
            );
        }

        return clean.Append('"').ToString();
    }

    private static async Task WriteCsvAsync(AuditExport export, Stream stream)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        writer.NewLine = "\r\n";
        await writer.WriteLineAsync(string.Join(',', Columns.Select(Cell)));
        await foreach (var entry in export.Entries)
        {
            await writer.WriteLineAsync(string.Join(',', CellsOf(entry.ToContract()).Select(Cell)));
        }
    }

    private static async Task WriteJsonAsync(AuditExport export, Stream stream)
    {
        await foreach (var entry in export.Entries)
        {
            await JsonSerializer.SerializeAsync(stream, entry.ToContract(), PanelJson.Options);
            await stream.WriteAsync("\n"u8.ToArray());
        }
    }

    private static string?[] CellsOf(Client.AuditEntry entry) =>
        [
            entry.Sequence.ToString(CultureInfo.InvariantCulture),
            entry.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            entry.Actor.Kind.ToString(),
            entry.Actor.Id?.ToString(),
            entry.Actor.Name,
            entry.Actor.Role,
            entry.Actor.Address,
            entry.Act,
            entry.Outcome.ToString(),
            entry.Code,
            entry.Target?.Kind,
            entry.Target?.Id?.ToString(),
            entry.Target?.Name,
            entry.Organisation,
            entry.OperationId?.ToString(),
            entry.Detail,
            entry.Times.ToString(CultureInfo.InvariantCulture),
            entry.Hash,
        ];
}
