namespace HostingPanel.Telemetry;

/// <summary>Where metrics are sent. Configuration section <c>Telemetry</c>; off unless an address is given.</summary>
public sealed class TelemetryOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Telemetry";

    /// <summary>Says the same as no address, where one was remembered.</summary>
    public const string Off = "off";

    /// <summary>
    /// The address of an OpenTelemetry collector that takes OTLP over HTTP, such as <c>http://collector:4318</c>; <c>/v1/metrics</c> is added
    /// where it has no path. Empty or <c>off</c> for none.
    /// </summary>
    public string? OtlpEndpoint { get; set; }

    /// <summary>What is said of an address that can not be. It is not told itself, for there may be a password in it.</summary>
    internal const string Expected =
        "Telemetry:OtlpEndpoint must be the http or https address of a receiver of OTLP over HTTP, such as http://collector:4318, "
        + "without a user name, a query or a fragment; or \"off\".";

    private bool IsOff => string.IsNullOrWhiteSpace(OtlpEndpoint) || OtlpEndpoint == Off;

    /// <summary>False for an address that nothing can be sent to.</summary>
    internal bool IsValid => IsOff || Parse() is not null;

    /// <summary>Where metrics are sent; null when they are not.</summary>
    internal Uri? MetricsAddress =>
        IsOff || Parse() is not { } address ? null
        : address.AbsolutePath == "/" ? new Uri(address, "v1/metrics")
        : address;

    private Uri? Parse() =>
        Uri.TryCreate(OtlpEndpoint, UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https"
        && address is { Host.Length: > 0, UserInfo: "", Query: "", Fragment: "" }
            ? address
            : null;
}
