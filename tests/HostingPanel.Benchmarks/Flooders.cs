using System.Globalization;
using HostingPanel.Docker;

namespace HostingPanel.Benchmarks;

/// <summary>
/// Visitors of ill will and of good, in containers beside the gateway: in its own network, where each address of the machine's loop is
/// another visitor's. They are other people's machines: what they may take of this one's processor is bounded, and they get it only while
/// nobody else wants it, so that what is measured is the gateway and not the machine's scheduler. A small PHP program, for PHP is in the sites' image.
/// </summary>
internal sealed class Flooders(Installation installation, string gateway) : IAsyncDisposable
{
    private const string Label = "hpt.flood";

    /// <summary>The smallest weight that there is; and a policy under which a processor where only they run counts as free for whoever wakes up.</summary>
    private const long Least = 2;

    /// <summary>
    /// Arguments: what to do, the host, the path, the last numbers of the addresses, connections of each, seconds. “flood” sends twenty
    /// requests at a time on each connection and does not wait for their pages to be read; “loris” sends a letter every few seconds; both
    /// begin anew where they are hung up on. “visit” asks five times a second and tells each answer.
    /// </summary>
    private const string Program = """
        [, $what, $host, $path, $from, $to, $each, $seconds] = $argv;
        $end = microtime(true) + $seconds;
        $agent = "User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n";
        $open = function (int $i) use ($from, $to) {
            $address = '127.0.1.' . ($from + $i % ($to - $from + 1));
            $context = stream_context_create(['socket' => ['bindto' => "$address:0", 'tcp_nodelay' => true]]);
            $socket = @stream_socket_client('tcp://127.0.0.1:80', $code, $text, 2, STREAM_CLIENT_CONNECT, $context);
            if ($socket) stream_set_blocking($socket, false);
            return $socket;
        };
        if ($what === 'visit') {
            while (microtime(true) < $end) {
                $started = microtime(true);
                $socket = $open(0);
                $status = 0;
                if ($socket) {
                    stream_set_blocking($socket, true);
                    stream_set_timeout($socket, 10);
                    fwrite($socket, "GET $path HTTP/1.1\r\nHost: $host\r\n{$agent}Connection: close\r\n\r\n");
                    $answer = stream_get_contents($socket);
                    $status = (int) substr($answer, 9, 3);
                    fclose($socket);
                }
                printf("%d %.1f\n", $status, (microtime(true) - $started) * 1000);
                usleep(200000);
            }
            exit;
        }
        $count = ($to - $from + 1) * $each;
        $sockets = []; $due = []; $sent = $answered = 0;
        $begin = "GET $path HTTP/1.1\r\nHost: $host\r\n$agent";
        $batch = str_repeat("$begin\r\n", 20);
        while (microtime(true) < $end) {
            for ($i = 0; $i < $count; $i++) {
                if (!isset($sockets[$i]) && ($sockets[$i] = $open($i)) === false) { unset($sockets[$i]); continue; }
                if (!isset($due[$i])) {
                    $due[$i] = $what === 'flood' ? 0 : 1;
                    if ($what === 'loris') @fwrite($sockets[$i], $begin . 'X-Slow: ');
                }
                if ($what === 'flood' && $due[$i] <= 0) {
                    if (@fwrite($sockets[$i], $batch)) { $due[$i] = 20; $sent += 20; }
                } elseif ($what === 'loris' && random_int(0, 20) === 0) {
                    @fwrite($sockets[$i], 'a');
                }
            }
            $readable = array_values($sockets); $none = null;
            if ($readable && @stream_select($readable, $none, $none, 0, $what === 'flood' ? 20000 : 250000)) {
                foreach ($readable as $socket) {
                    $i = array_search($socket, $sockets, true);
                    $data = @fread($socket, 262144);
                    if ($data === '' || $data === false) {
                        if (feof($socket)) { fclose($socket); unset($sockets[$i], $due[$i]); }
                        continue;
                    }
                    $n = substr_count($data, "HTTP/1.1 ");
                    $answered += $n; $due[$i] -= $n;
                }
            }
        }
        printf("%d %d\n", $sent, $answered);
        """;

    private readonly List<string> _containers = [];

    /// <summary>Starts one container of them.</summary>
    /// <param name="what"><c>flood</c>, <c>loris</c> or <c>visit</c>.</param>
    /// <param name="host">The site's name.</param>
    /// <param name="from">The first of their addresses, 1 to 250.</param>
    /// <param name="to">The last.</param>
    /// <param name="each">Connections of each address.</param>
    /// <param name="time">For how long.</param>
    /// <param name="cpus">How much of the processors.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<string> StartAsync(
        string what,
        string host,
        int from,
        int to,
        int each,
        TimeSpan time,
        double cpus,
        CancellationToken cancellationToken
    )
    {
        IEnumerable<int> numbers = [from, to, each, (int)time.TotalSeconds];
        var made = await installation.Docker.Containers.CreateAsync(
            new ContainerCreateRequest
            {
                Name = $"{installation.Name}-{what}-{from}",
                Image = installation.Images["wordpress"],
                Labels = new Dictionary<string, string>(StringComparer.Ordinal) { [Label] = installation.Name },
                User = "33:33",
                Entrypoint = ["chrt", "--idle", "0", "php", "-r", Program, "--"],
                Cmd = [what, host, "/", .. numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))],
                HostConfig = new HostConfig
                {
                    NetworkMode = $"container:{gateway}",
                    NanoCpus = (long)(cpus * 1e9),
                    CpuShares = Least,
                },
            },
            cancellationToken
        );
        _containers.Add(made.Id);
        await installation.Docker.Containers.StartAsync(made.Id, cancellationToken);
        return made.Id;
    }

    /// <summary>Waits for the end of one and gives the lines that it wrote.</summary>
    public async Task<IReadOnlyList<string>> EndAsync(string container, CancellationToken cancellationToken)
    {
        var end = await installation.Docker.Containers.WaitAsync(container, WaitCondition.NotRunning, cancellationToken);
        var lines = new List<string>();
        await foreach (var line in installation.Docker.Containers.LogsAsync(container, new LogOptions(), cancellationToken))
        {
            lines.Add(line.Text);
        }

        return end.StatusCode == 0
            ? lines
            : throw new InvalidOperationException($"A flooder failed: {string.Join('\n', lines.TakeLast(5))}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var container in _containers)
        {
            await installation.Docker.Containers.RemoveAsync(container, force: true, volumes: true, CancellationToken.None);
        }
    }
}
