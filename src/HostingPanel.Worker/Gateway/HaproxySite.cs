using System.Globalization;
using System.Text;
using HostingPanel.Platform;

namespace HostingPanel.Worker.Gateway;

/// <summary>
/// What the gateway asks and counts before a site gets a request. The order of the reasons is that of their weight, the last one that is
/// true counts; what follows them all acts on it.
/// </summary>
/// <remarks>
/// The rules name no site, so that sites with the same settings share one text of them (<see cref="Shield"/>): HAProxy reads it once, which is
/// most of what a reload takes. HAProxy runs them before the back end's own. Only what is the site's own stands in its back end
/// (<see cref="Render"/>): its table, its login, its list of redirects, its key, its server.
/// Each site has a table of its own for its visitors' addresses, so that a flood of addresses at one drives none out of another's; an
/// entry takes some 200 bytes and only while there is one. Counters of an address: 0 its pages, 1 its expensive requests, 2 its refused
/// pages; the rate of its connections is that of its requests, for each is tracked anew. Who is <c>free</c> (the panel's probes, and addresses behind which are many) is counted and limited by none of them.
/// </remarks>
internal sealed class HaproxySite(Route route, HaproxyFiles files, int httpsPort)
{
    private const string Refused = "{ var(txn.refused) -m found }";
    private const string Probe = "{ var(txn.probe) -m bool }";
    private const string Static = "{ var(txn.static) -m bool }";
    private const string Slug = "%[var(txn.route),bytes(5)]";

    /// <summary>So many requests in ten seconds of an address that is shut out are told so.</summary>
    private const int AnsweredPerTenSeconds = 100;
    private readonly StringBuilder _text = new();
    private readonly SiteTraffic _traffic = route.Traffic;

    /// <summary>The rules that are the same for every site with these settings: what follows the first line of a section <c>defaults</c>.</summary>
    public string Shield()
    {
        _text.Clear();
        Add($"timeout server {(long)route.Timeout.TotalMilliseconds}ms");
        Add($"timeout queue {_traffic.QueueSeconds}s");
        Add("http-request set-header Host %[var(txn.host)] if { var(txn.port) -m int 0 }");
        Add("http-request set-header Host %[var(txn.host)]:%[var(txn.port)] unless { var(txn.port) -m int 0 }");
        Count();
        Judge();
        Refuse();
        Prefer();
        Answer();
        return _text.ToString();
    }

    /// <summary>The list of users, if there is one, and the back end.</summary>
    /// <param name="name">The back end's.</param>
    /// <param name="shield">The section that has the rules of <see cref="Shield"/>.</param>
    public string Render(string name, string shield)
    {
        _text.Clear();
        if (_traffic.Login is { } login)
        {
            _text.Append(CultureInfo.InvariantCulture, $"\nuserlist {name}\n    user {login.User} password {login.Hash}\n");
        }

        _text.Append(CultureInfo.InvariantCulture, $"\nbackend {name} from {shield}\n");
        // Longer than anybody is shut out, or it would be forgotten.
        Add(
            $"stick-table type ipv6 size 10k expire {Math.Max(10, _traffic.BanMinutes + 1)}m peers gateway store gpt(1),gpc(3),gpc_rate(3,1m),conn_rate(10s)"
        );
        // Both know their back end only here, and come before the rules of the shield.
        Add("tcp-request content track-sc0 src,ipmask(32,64) unless { var(txn.free) -m bool }");
        Add("tcp-request content set-var(txn.queued) queue");
        Lead(name);
        Add($"http-request set-header X-HP-Gateway-Key {route.GatewayKey}");
        // The address is the name too, for what is known of a server by its name (its last port, say) is taken over by a reload.
        var server = string.Create(CultureInfo.InvariantCulture, $"{route.Upstream}:{route.Port}");
        Add($"server {server} {server} maxconn {Math.Min(route.MaxConnections, _traffic.MaxConcurrent)}");
        return _text.ToString();
    }

    private void Count()
    {
        Add($"http-request sc-inc-gpc(0,0) unless {Static}");
        var paths = _traffic.ExpensivePaths.Where(path => path[0] == '/').ToList();
        if (paths.Count > 0)
        {
            Add($"http-request set-var(txn.expensive) bool(true) if {{ var(txn.path) -m beg -f {files.AddList(paths)} }}");
        }

        foreach (var name in _traffic.ExpensivePaths.Where(path => path[0] == '?'))
        {
            Add($"http-request set-var(txn.expensive) bool(true) if {{ url_param({name[1..]}) -m found }}");
        }

        Add("http-request sc-inc-gpc(1,0) if { var(txn.expensive) -m bool }");
        if (_traffic.PagesAtOnce > 0)
        {
            Add($"http-request set-var-fmt(txn.who) \"{Slug}|%[src,ipmask(32,64)]\" unless {{ var(txn.free) -m bool }} || {Static}");
            Add("http-request track-sc1 var(txn.who) table pages if { var(txn.who) -m found }");
        }
    }

    private void Judge()
    {
        // A page's many pictures come at once and are served in no time, and who has few pages under way is served before a flood: they may
        // wait in a longer queue.
        Because("queue", $"{{ var(txn.queued) -m int ge {_traffic.QueueLength * 4} }} !{Probe}");
        var many = _traffic.PagesAtOnce > 0 ? " { sc_conn_cur(1) gt 2 }" : "";
        Because("queue", $"{{ var(txn.queued) -m int ge {_traffic.QueueLength} }} !{Static} !{Probe}{many}");
        BecauseOf("at-once", _traffic.PagesAtOnce, "sc_conn_cur(1)");
        BecauseOf("requests", _traffic.RequestsPerTenSeconds, "sc_conn_rate(0)");
        BecauseOf("pages", _traffic.PagesPerMinute, "sc_gpc_rate(0,0)", $" !{Static}");
        BecauseOf("expensive", _traffic.ExpensivePerMinute, "sc_gpc_rate(1,0)", " { var(txn.expensive) -m bool }");
        if (_traffic.Login is not null)
        {
            // Before the password is looked at, which costs the gateway more than any other rule.
            BecauseOf("expensive", _traffic.ExpensivePerMinute, "sc_gpc_rate(1,0)", " { req.hdr(authorization) -m found }");
        }

        Crawlers();
        if (_traffic.BanMinutes > 0)
        {
            Because("banned", "{ sc_get_gpt(0,0),sub(txn.now) gt 0 }");
        }

        Because("size", $"{{ req.body_size gt {route.MaxBodyBytes} }}");
        if (_traffic.AllowedAddresses.Count > 0)
        {
            Because("address", $"!{Probe} !{{ src -f {files.AddList(_traffic.AllowedAddresses)} }}");
        }
    }

    private void Crawlers()
    {
        (string Kind, CrawlerPolicy Policy)[] kinds =
        [
            ("search", _traffic.SearchEngines),
            ("ai", _traffic.AiCrawlers),
            ("other", _traffic.OtherCrawlers),
            ("none", _traffic.NoAgent),
        ];
        if (Of(CrawlerPolicy.Slow) is { } slowed)
        {
            // All of a kind together: they come from many addresses.
            Add(
                $"http-request set-var-fmt(txn.kind) \"{Slug}|%[var(txn.crawler)]\" if {{ var(txn.crawler) -m str {slowed} }} !{Static} !{Probe}"
            );
            Add("http-request track-sc4 var(txn.kind) table crawlers if { var(txn.kind) -m found }");
            Because("crawler", $"{{ sc_http_req_rate(4) gt {_traffic.CrawlerPagesPerMinute} }} !{{ path /robots.txt }}");
        }

        if (Of(CrawlerPolicy.Refuse) is { } refused)
        {
            // What they may not have they learn from robots.txt.
            Because("unwanted", $"{{ var(txn.crawler) -m str {refused} }} !{{ path /robots.txt }} !{Probe}");
        }

        string? Of(CrawlerPolicy policy) =>
            kinds.Where(kind => kind.Policy == policy).Select(kind => kind.Kind).ToList() is { Count: > 0 } some
                ? string.Join(' ', some)
                : null;
    }

    private void Refuse()
    {
        // Counted for the panel to read: by site, reason and address.
        Add($"http-request set-var-fmt(txn.refusal) \"{Slug}|%[var(txn.refused)]|%[src]\" if {Refused}");
        Add($"http-request track-sc3 var(txn.refusal) table refusals if {Refused}");
        Add($"http-request sc-inc-gpc0(3) if {Refused}");
        // The first few of each address, then one of fifty: a flood would fill the disk with what is counted anyway.
        Add("http-request set-log-level silent if { sc_get_gpc0(3) gt 5 } { rand(50) gt 0 }");
        if (_traffic.BanMinutes > 0)
        {
            // Refused pictures never lead to a ban: many may sit behind one address, and one page asks for a hundred.
            Add("http-request sc-inc-gpc(2,0) if { var(txn.refused) -m str pages expensive at-once }");
            Add(
                $"http-request sc-set-gpt(0,0) date({_traffic.BanMinutes * 60}) if {{ sc_gpc_rate(2,0) gt {_traffic.BanAfter} }} !{{ var(txn.refused) -m str banned }}"
            );
            // Who is told so and comes all the same, ten times a second, gets no more answers: hung up on, it needs a connection for each, and of
            // those an address has few a second. To answer a flood costs the machine more than to have none of it.
            Add($"http-request reject if {{ var(txn.refused) -m str banned }} {{ sc_conn_rate(0) gt {AnsweredPerTenSeconds} }}");
            Deny("banned", 429, "too-many", _traffic.BanMinutes * 60);
        }

        Deny("address", 403, "not-for-you", retryAfter: null);
        Deny("unwanted", 403, "not-for-you", retryAfter: null);
        Deny("size", 413, "too-large", retryAfter: null);
        // As long as one would have waited, so that who comes again does not stand in a queue of those who came again.
        Deny("queue", 503, "busy", _traffic.QueueSeconds);
        Deny(null, 429, "too-many", 60);
    }

    private void Prefer()
    {
        // Of those who wait, who has the fewest pages under way is next: a visitor goes before a flood from a few addresses.
        Add($"http-request set-priority-class int(-1000) if {Probe}");
        Add("http-request set-priority-class sc_conn_cur(1) if { var(txn.who) -m found }");
        if (_traffic.RedirectsToHttps)
        {
            var port = httpsPort == 443 ? "" : string.Create(CultureInfo.InvariantCulture, $":{httpsPort}");
            Add($"http-request redirect code 301 location https://%[var(txn.host)]{port}%[pathq] if !{{ ssl_fc }} !{Probe}");
        }
    }

    private void Lead(string name)
    {
        if (_traffic.Login is not null)
        {
            Login(name);
        }

        if (_traffic.InMaintenance)
        {
            var page = files.AddPage(MaintenancePage.Render(_traffic.MaintenanceText));
            var some = _traffic.MaintenanceVisitors.Count > 0 ? $" || {{ src -f {files.AddList(_traffic.MaintenanceVisitors)} }}" : "";
            Add($"http-request return status 503 {HaproxyTemplate.Page("maintenance", page, 300)} unless {Probe}{some}");
        }

        if (_traffic.Redirects.Count > 0)
        {
            Redirects();
        }
    }

    private void Login(string name)
    {
        Add($"http-request set-var(txn.in) bool(true) if {{ http_auth({name}) }}");
        Add("http-request sc-inc-gpc(1,0) if { req.hdr(authorization) -m found } !{ var(txn.in) -m bool }");
        Add($"http-request auth realm \"This site\" unless {{ var(txn.in) -m bool }} || {Probe}");
        // The site has logins of its own, and would take this one for one of them.
        Add("http-request del-header Authorization if { var(txn.in) -m bool }");
    }

    private void Redirects()
    {
        // With a sign before each path, for the front page's would be empty; the answer's code before each target.
        var map = files.AddMap(
            _traffic
                .Redirects.OrderBy(redirect => redirect.From, StringComparer.Ordinal)
                .Select(redirect => ($"={redirect.From.TrimEnd('/')}", $"{(redirect.IsPermanent ? 301 : 302)} {redirect.To}"))
        );
        Add("http-request set-var-fmt(txn.from) \"=%[path,rtrim(/)]\"");
        Add($"http-request set-var(txn.move) var(txn.from),map_str({map})");
        Add("http-request set-var(txn.to) var(txn.move),bytes(4) if { var(txn.move) -m found }");
        Add(
            "http-request set-var-fmt(txn.to) \"%[var(txn.to)]?%[query]\" if { var(txn.to) -m found } { query -m found } !{ var(txn.to) -m sub ? \"#\" }"
        );
        Add("http-request redirect code 301 location %[var(txn.to)] if { var(txn.move) -m beg 301 }");
        Add("http-request redirect code 302 location %[var(txn.to)] if { var(txn.move) -m beg 302 }");
    }

    private void Answer()
    {
        // What is the gateway's to say no site says.
        Add("http-response del-header X-HP- -m beg");
        if (_traffic.HstsDays > 0)
        {
            Add($"http-after-response set-header Strict-Transport-Security max-age={_traffic.HstsDays * 24L * 3600} if {{ ssl_fc }}");
        }

        if (_traffic.Compresses)
        {
            Add("compression algo gzip");
            Add(
                "compression type text/html text/plain text/css text/xml text/javascript application/javascript application/json application/xml application/rss+xml image/svg+xml"
            );
        }
    }

    private void Because(string reason, string when) => Add($"http-request set-var(txn.refused) str({reason}) if {when}");

    private void BecauseOf(string reason, int limit, string counter, string and = "")
    {
        if (limit > 0)
        {
            Because(reason, string.Create(CultureInfo.InvariantCulture, $"{{ {counter} gt {limit} }}{and}"));
        }
    }

    private void Deny(string? reason, int status, string page, int? retryAfter)
    {
        var when = reason is null ? Refused : $"{{ var(txn.refused) -m str {reason} }}";
        var answer = HaproxyTemplate.Page(page, $"{HaproxyTemplate.Pages}/{page}.html", retryAfter);
        Add(string.Create(CultureInfo.InvariantCulture, $"http-request deny deny_status {status} {answer} if {when}"));
    }

    private void Add(string line) => _text.Append("    ").Append(line).Append('\n');
}
