using System.Text.Json;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>What a program of the toolbox is given.</summary>
public sealed record ToolSetup
{
    /// <summary>Directories of this machine, and where they appear.</summary>
    public IReadOnlyList<(string Place, string Target)> Mounts { get; init; } = [];

    /// <summary>Its environment.</summary>
    public IReadOnlyList<(string Name, string Value)> Environment { get; init; } = [];

    /// <summary>True when it is in the fixture's network; otherwise in none.</summary>
    public bool Networked { get; init; }

    /// <summary>What root may do in it.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = ["DAC_READ_SEARCH", "CHOWN", "DAC_OVERRIDE", "FOWNER"];

    /// <summary>System calls that the kernel refuses it.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>A place with room for no more than a mebibyte.</summary>
    public string? Small { get; init; }
}

/// <summary>How a program of the toolbox ended, and what it said.</summary>
public sealed record ToolRun(long Code, IReadOnlyList<string> Output, IReadOnlyList<string> Error)
{
    /// <summary>Its last line of JSON.</summary>
    public JsonElement Last => Json(Output[^1]);

    /// <summary>Its lines of JSON that have a property.</summary>
    public IReadOnlyList<JsonElement> With(string property) => [.. Output.Select(Json).Where(line => line.TryGetProperty(property, out _))];

    /// <summary>It must have gone well.</summary>
    public ToolRun Well()
    {
        Assert.True(Code == 0, ToString());
        return this;
    }

    /// <summary>It must have failed, with a cause that names this in its last line of complaint.</summary>
    public ToolRun Failed(string cause)
    {
        Assert.True(Code == 1, ToString());
        Assert.Contains(cause, Error[^1], StringComparison.Ordinal);
        return this;
    }

    /// <summary>It must have failed, and said so in its last line of JSON.</summary>
    public ToolRun FailedAs(string error)
    {
        Assert.True(Code == 1, ToString());
        Assert.True(Last.GetProperty("error").GetString() == error, ToString());
        Assert.Contains(Last.GetProperty("message").GetString()!, Error[^1], StringComparison.Ordinal);
        return this;
    }

    public override string ToString() => $"code {Code}\n{string.Join('\n', Output)}\n--\n{string.Join('\n', Error)}";

    private static JsonElement Json(string line) => JsonDocument.Parse(line).RootElement;
}
