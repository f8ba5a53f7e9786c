using System.Collections.Immutable;
using System.Text.Json;
using HostingPanel.Docker.Json;

namespace HostingPanel.Docker;

/// <summary>
/// What a list or an event stream is narrowed to. Values of one kind are alternatives, except labels, which must all be there;
/// different kinds must all match. Immutable.
/// </summary>
/// <example><c>Filters.Label("com.example.owner", id) &amp; Filters.DesiredState(TaskState.Running)</c></example>
public sealed class Filters
{
    private readonly ImmutableSortedDictionary<string, ImmutableArray<string>> _values;

    private Filters(ImmutableSortedDictionary<string, ImmutableArray<string>> values) => _values = values;

    /// <summary>Everything.</summary>
    public static Filters None { get; } = new(ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal));

    /// <summary>A filter by the Engine API's own name for it.</summary>
    public static Filters Of(string name, params ReadOnlySpan<string> values) => new(None._values.Add(name, [.. values]));

    /// <summary>Has a label, whatever its value.</summary>
    public static Filters Label(string key) => Of("label", key);

    /// <summary>Has a label with exactly this value.</summary>
    public static Filters Label(string key, string value) => Of("label", $"{key}={value}");

    /// <summary>
    /// By name. What matches differs by noun: a prefix for services, tasks, secrets, configs and nodes, a part of the name
    /// for volumes, networks and containers. Compare the names that come back.
    /// </summary>
    public static Filters Name(params ReadOnlySpan<string> names) => Of("name", names);

    /// <summary>By id or its beginning.</summary>
    public static Filters Id(params ReadOnlySpan<string> ids) => Of("id", ids);

    /// <summary>Tasks of a service, by the service's id or name.</summary>
    public static Filters Service(params ReadOnlySpan<string> services) => Of("service", services);

    /// <summary>Tasks on a node.</summary>
    public static Filters Node(params ReadOnlySpan<string> nodes) => Of("node", nodes);

    /// <summary>Tasks that are meant to be running, shut down or accepted.</summary>
    public static Filters DesiredState(TaskState state) => Of("desired-state", LenientEnum.ToText(state));

    /// <summary>Events about these kinds of objects: container, image, volume, network, daemon, service, node, secret, config.</summary>
    public static Filters Type(params ReadOnlySpan<string> types) => Of("type", types);

    /// <summary>Events of these kinds: create, start, die, oom, destroy, health_status, ...</summary>
    public static Filters Event(params ReadOnlySpan<string> events) => Of("event", events);

    /// <summary>Containers in one of these states: created, running, exited, dead, ...</summary>
    public static Filters Status(params ReadOnlySpan<string> states) => Of("status", states);

    /// <summary>Networks or volumes of a driver.</summary>
    public static Filters Driver(params ReadOnlySpan<string> drivers) => Of("driver", drivers);

    /// <summary>Images by name or pattern, such as <c>hostingpanel/*:*</c>.</summary>
    public static Filters Reference(params ReadOnlySpan<string> references) => Of("reference", references);

    /// <summary>Both.</summary>
    public Filters And(Filters other)
    {
        var merged = _values.ToBuilder();
        foreach (var (name, values) in other._values)
        {
            merged[name] = merged.TryGetValue(name, out var before) ? before.AddRange(values) : values;
        }

        return new Filters(merged.ToImmutable());
    }

    /// <summary>Both.</summary>
    public static Filters operator &(Filters left, Filters right) => left.And(right);

    /// <summary>Both; the named form of <c>&amp;</c>.</summary>
    public static Filters BitwiseAnd(Filters left, Filters right) => left.And(right);

    /// <summary>As the engine takes it: a JSON object of lists; null when nothing is filtered.</summary>
    internal string? ToJson()
    {
        if (_values.IsEmpty)
        {
            return null;
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            foreach (var (name, values) in _values)
            {
                writer.WriteStartArray(name);
                foreach (var value in values)
                {
                    writer.WriteStringValue(value);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }
}
