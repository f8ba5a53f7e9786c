using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using HostingPanel.Worker.Startup;

namespace HostingPanel.Tests.Worker;

/// <summary>What comes of the answers of a name server, which here is one socket.</summary>
public sealed class DnsLookupTests : IDisposable
{
    private readonly UdpClient _server = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _ends = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _ends.Cancel();
        _server.Dispose();
        _ends.Dispose();
    }

    [Fact(Timeout = 30_000)]
    public async Task Addresses_of_both_kinds_and_texts_in_pieces_are_put_together()
    {
        var lookup = Serve(
            0,
            (name, type) =>
                (name, type) switch
                {
                    ("www.example.org", 1) =>
                    [
                        [192, 0, 2, 1],
                        [192, 0, 2, 2],
                    ],
                    ("www.example.org", 28) => [IPAddress.Parse("2001:db8::1").GetAddressBytes()],
                    ("_hostingpanel-challenge.example.org", 16) =>
                    [
                        [3, .. "ab "u8, 2, .. "cd"u8],
                        [1, .. "x"u8],
                    ],
                    _ => [],
                }
        );
        var addresses = await lookup.FindAddressesAsync("www.example.org", Token);
        Assert.Null(addresses.Fault);
        Assert.Equal(["192.0.2.1", "192.0.2.2", "2001:db8::1"], addresses.Values);
        Assert.Equal(["ab cd", "x"], (await lookup.FindTextsAsync("_hostingpanel-challenge.example.org", Token)).Values);
        var nothing = await lookup.FindTextsAsync("other.example.org", Token);
        Assert.Equal((0, null), (nothing.Values.Count, nothing.Fault));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(3, null)]
    [InlineData(2, "the name server answered “ServerFailure”.")]
    public async Task A_name_that_is_not_there_is_no_fault_and_a_server_that_can_not_say_is(byte code, string? fault)
    {
        var finding = await Serve(code, (_, _) => []).FindTextsAsync("x.example.org", Token);
        Assert.Empty(finding.Values);
        Assert.Equal(fault, finding.Fault);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_says_nothing_is_waited_for_no_longer_than_seconds()
    {
        var finding = await new DnsLookup((IPEndPoint)_server.Client.LocalEndPoint!).FindTextsAsync("x.example.org", Token);
        Assert.Equal("no name server answered in time.", finding.Fault);
    }

    [Theory(Timeout = 30_000)]
    // Two servers, and both answer for the zone.
    [InlineData(2, 1, 0x85, true)]
    // One that is asked knows the zone by hearsay alone, or not at all.
    [InlineData(2, 1, 0x81, false)]
    [InlineData(2, 0, 0x85, false)]
    // The resolvers know no such zone.
    [InlineData(0, 1, 0x85, false)]
    public async Task A_zone_can_be_seen_where_each_of_its_own_servers_answers_for_it(int servers, int heads, byte flags, bool canBeSeen)
    {
        var lookup = Serve(
            0,
            (name, type) =>
                (name, type) switch
                {
                    ("zone.example", 2) => [.. Enumerable.Range(1, servers).Select(NameServer)],
                    ("ns1.zone.example" or "ns2.zone.example", 1) =>
                    [
                        [127, 0, 0, 1],
                    ],
                    ("zone.example", 6) => [.. Enumerable.Range(0, heads).Select(_ => new byte[22])],
                    _ => [],
                },
            flags
        );
        Assert.Equal(canBeSeen, await lookup.CanSeeZoneAsync("zone.example", Token));

        // ns1 and the name that was asked for.
        static byte[] NameServer(int number) => [3, (byte)'n', (byte)'s', (byte)('0' + number), 0xC0, 12];
    }

    private DnsLookup Serve(byte code, Func<string, int, byte[][]> answer, byte flags = 0x81)
    {
        _ = Task.Run(() => ServeAsync(code, answer, flags), Token);
        var endPoint = (IPEndPoint)_server.Client.LocalEndPoint!;
        return new DnsLookup(endPoint) { ZonePort = endPoint.Port };
    }

    private async Task ServeAsync(byte code, Func<string, int, byte[][]> answer, byte flags)
    {
        while (!_ends.IsCancellationRequested)
        {
            UdpReceiveResult asked;
            try
            {
                asked = await _server.ReceiveAsync(_ends.Token);
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }

            var (question, end2) = ReadName(asked.Buffer, 12);
            int type = BinaryPrimitives.ReadUInt16BigEndian(asked.Buffer.AsSpan(end2));
            var records = answer(question, type);
            using var reply = new MemoryStream();
            reply.Write(asked.Buffer.AsSpan(0, 2));
            reply.Write([flags, (byte)(0x80 | code), 0, 1, 0, (byte)records.Length, 0, 0, 0, 0]);
            reply.Write(asked.Buffer.AsSpan(12, end2 + 4 - 12));
            foreach (var record in records)
            {
                reply.Write([0xC0, 12, 0, (byte)type, 0, 1, 0, 0, 0, 60, 0, (byte)record.Length]);
                reply.Write(record);
            }

            await _server.SendAsync(reply.ToArray(), asked.RemoteEndPoint, _ends.Token);
        }
    }

    private static (string Name, int End) ReadName(byte[] packet, int at)
    {
        var labels = new List<string>();
        while (packet[at] != 0)
        {
            labels.Add(Encoding.ASCII.GetString(packet, at + 1, packet[at]));
            at += packet[at] + 1;
        }

        return (string.Join('.', labels), at + 1);
    }
}
