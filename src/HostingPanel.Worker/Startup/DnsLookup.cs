using System.Net;
using System.Net.Sockets;
using DnsClient;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Startup;

/// <summary>The name servers of this machine, asked directly: what they say, and not what a file of hosts does.</summary>
internal sealed class DnsLookup : IDnsLookup
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private readonly LookupClient _client;

    /// <summary>Where a zone's name servers listen.</summary>
    internal int ZonePort { get; init; } = 53;

    public DnsLookup()
        : this(new LookupClientOptions()) { }

    /// <summary>Asks these servers.</summary>
    public DnsLookup(params IPEndPoint[] servers)
        : this(new LookupClientOptions(servers)) { }

    private DnsLookup(LookupClientOptions options) => _client = ClientOf(options);

    public async Task<DnsFinding> FindAddressesAsync(string host, CancellationToken cancellationToken)
    {
        var old = await AskAsync(host, QueryType.A, cancellationToken);
        var @new = await AskAsync(host, QueryType.AAAA, cancellationToken);
        return new DnsFinding([.. old.Values, .. @new.Values], old.Fault ?? @new.Fault);
    }

    public Task<DnsFinding> FindTextsAsync(string name, CancellationToken cancellationToken) =>
        AskAsync(name, QueryType.TXT, cancellationToken);

    public async Task<bool> CanSeeZoneAsync(string zone, CancellationToken cancellationToken)
    {
        try
        {
            var servers = (await _client.QueryAsync($"{zone}.", QueryType.NS, cancellationToken: cancellationToken))
                .Answers.NsRecords()
                .ToList();
            var answers = await Task.WhenAll(
                servers.Select(server => IsAnsweredByAsync(zone, server.NSDName.Value.TrimEnd('.'), cancellationToken))
            );
            return answers.Length > 0 && Array.TrueForAll(answers, answer => answer);
        }
        catch (Exception failure) when (failure is DnsResponseException or SocketException or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task<bool> IsAnsweredByAsync(string zone, string server, CancellationToken cancellationToken)
    {
        var addresses = (await FindAddressesAsync(server, cancellationToken)).Values;
        if (addresses.Count == 0)
        {
            return false;
        }

        // The first that answers is enough: many machines have no way to IPv6.
        var options = new LookupClientOptions([.. addresses.Select(address => new IPEndPoint(IPAddress.Parse(address), ZonePort))])
        {
            Recursion = false,
        };
        var told = await ClientOf(options).QueryAsync($"{zone}.", QueryType.SOA, cancellationToken: cancellationToken);
        return told.Header.HasAuthorityAnswer && told.Answers.SoaRecords().Any();
    }

    private static LookupClient ClientOf(LookupClientOptions options)
    {
        options.Timeout = Timeout;
        options.Retries = 1;
        // Somebody has just changed an entry, and presses a button to see it.
        options.UseCache = false;
        options.ThrowDnsErrors = false;
        options.ContinueOnDnsError = true;
        return new LookupClient(options);
    }

    private async Task<DnsFinding> AskAsync(string name, QueryType type, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await _client.QueryAsync($"{name}.", type, cancellationToken: cancellationToken);
            return answer.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain
                ? new DnsFinding(
                    type == QueryType.TXT
                        // A text longer than 255 bytes comes in pieces.
                        ? [.. answer.Answers.TxtRecords().Select(record => string.Concat(record.Text))]
                        : [.. answer.Answers.AddressRecords().Select(record => record.Address.ToString())]
                )
                : new DnsFinding([], $"the name server answered “{answer.Header.ResponseCode}”.");
        }
        catch (DnsResponseException failure)
        {
            return new DnsFinding(
                [],
                failure.Code == DnsResponseCode.ConnectionTimeout ? "no name server answered in time." : $"{failure.DnsError}."
            );
        }
        catch (Exception failure) when (failure is SocketException or InvalidOperationException)
        {
            return new DnsFinding([], "no name server could be reached.");
        }
    }
}
