using System.Globalization;

namespace HostingPanel.Worker.Gateway;

/// <summary>The part of HAProxy's configuration that does not depend on the sites. Paths are those inside the gateway's container.</summary>
internal static class HaproxyTemplate
{
    /// <summary>Where the gateway's own pages lie.</summary>
    public const string Pages = "/usr/share/hp/gateway/pages";

    /// <summary>In the map, in front of the name that visitors are sent to. No back end is called so.</summary>
    public const string SendsTo = "to:";

    /// <summary>Stands for what changes with each certificate, until that is known.</summary>
    public const string NoStamp = "----------------";

    private const string Html = "content-type \"text/html; charset=utf-8\" hdr Cache-Control no-store";

    /// <summary>An answer of the gateway's own.</summary>
    /// <param name="name">What <see cref="HaproxyConfig.PageHeader"/> calls it.</param>
    /// <param name="file">The page.</param>
    /// <param name="retryAfter">After how many seconds it is worth coming again; null where it is not.</param>
    public static string Page(string name, string file, int? retryAfter)
    {
        var again = retryAfter is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"hdr Retry-After {seconds} ") : string.Empty;
        return $"{Html} {again}hdr {HaproxyConfig.PageHeader} {name} file {file}";
    }

    /// <summary>
    /// Any HTTP-01 challenge of an authority is answered with its own token and the account's thumbprint (RFC 8555, section 8.3): whatever was
    /// asked for, on every host, whatever else is answered there. That proves nothing about who asked, and need not: only who has the account's key
    /// can use what is proved.
    /// </summary>
    private static string Challenges(string? thumbprint) =>
        thumbprint is null
            ? string.Empty
            : $$"""
                    acl is-challenge path_reg ^/\.well-known/acme-challenge/[A-Za-z0-9_-]{1,200}$
                    http-request return status 200 content-type text/plain lf-string %[path,field(4,/)].{{thumbprint}} if is-challenge

                """;

    /// <summary>Everything but the sites' back ends.</summary>
    public static string Head(string mapFile, PanelRoute panel, string shared) =>
        $$"""
            # Written by the panel's worker; a change by hand is overwritten. Certificates: {{NoStamp}}
            global
                description hp-0000000000000000
                log stdout format raw local0 info
                # To the worker, which counts; of what it can't take the oldest is lost, and no request waits.
                log ring@requests format raw local0 info
                maxconn 4000
                # Of an address at a site, its pages under way, its connections, what was refused, a kind of crawlers.
                tune.stick-counters 5
                # Compressing makes way when the machine has little left.
                maxcompcpuusage 80
                # Under this name a new process takes over what the old one has counted: a reload lifts no ban.
                localpeer gateway
                # Written for the moment of a reload: the new process goes on with the addresses that the old one knew.
                server-state-file /gateway/{{GatewayFiles.ServersState}}
                # A reload leaves the old process to its open web sockets and downloads, for so long and through so many reloads.
                hard-stop-after 30m
                mworker-max-reloads 20
                ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets

            ring requests
                format raw
                maxlen 4096
                size 4194304
                timeout connect 5s
                timeout server 10s
                server worker unix@/gateway/{{RequestLog.SocketName}}

            # The engine's DNS knows the running tasks. A stopping task leaves it and goes on serving for five seconds: time to see that.
            resolvers engine
                nameserver engine 127.0.0.11:53
                accepted_payload_size 8192
                timeout resolve 1s
                timeout retry 1s
                hold valid 1s
                hold nx 1s

            peers gateway
                peer gateway 127.0.0.1:10001

            defaults base
                mode http
                log global
                option dontlognull
                load-server-state-from-file global
                # Names with an underscore arrive in PHP as their twin with a hyphen: X_Forwarded_For would be believed.
                option http-restrict-req-hdr-names delete
                # A connection to a container takes a millisecond, or it was killed a moment ago and its address answers nothing: its visitor must
                # not wait through three tries for longer than a new container takes to start.
                timeout connect 1s
                timeout client 60s
                timeout server 60s
                timeout queue 30s
                timeout check 2s
                timeout http-request 10s
                timeout http-keep-alive 15s
                timeout client-fin 10s
                timeout server-fin 10s
                timeout tunnel 1h
                retries 2
                # No look-up at start-up: names of dead tasks would hold up everyone's reload, a second and more each.
                # A check opens a connection and no more: a request would need one of a busy site's few workers, and a busy site is not a dead one.
                default-server check inter 2s fastinter 500ms downinter 500ms fall 3 rise 1 resolvers engine resolve-prefer ipv4 init-addr last,none

            defaults sites from base
                # An idle connection would hold one of the site's few workers.
                option http-server-close
                http-error status 502 {{Html}} hdr Retry-After 5 hdr {{HaproxyConfig.PageHeader}} unavailable file {{Pages}}/unavailable.html
                http-error status 503 {{Html}} hdr Retry-After 5 hdr {{HaproxyConfig.PageHeader}} unavailable file {{Pages}}/unavailable.html
                http-error status 504 {{Html}} hdr Retry-After 5 hdr {{HaproxyConfig.PageHeader}} unavailable file {{Pages}}/unavailable.html
                # A body that trickles in would hold one of the site's few workers: what fits into the buffer is waited for here.
                option http-buffer-request

            frontend public from base
                bind :80
                bind :443 ssl crt /gateway/self-signed.pem crt /gateway/certs alpn h2,http/1.1
                # The path without the query, for a query may hold a one-time key.
                log-format "%{+json}o %(time)[date,ltime(%FT%T%z)] %(client)ci %(method)HM %(host)[var(txn.host)] %(path)HPO %(status)ST %(bytes)B %(ms)Ta %(route)b %(end)tsc %(queued)Tw %(agent)[var(txn.agent)] %(refused)[var(txn.refused)] %(id)ID"
                unique-id-format %[uuid()]
                http-request set-var(txn.agent) req.fhdr(user-agent),bytes(0,200)
                # Who opens connections and says nothing takes them from everybody: of four thousand one address has 200 at most. A browser
                # keeps six, or one; an office's thirty people come by one address. Sixty new ones a second cost no more than TLS can do.
                acl shared src -f {{shared}}
                tcp-request connection track-sc2 src,ipmask(32,64) table addresses unless shared
                tcp-request connection reject if { sc_conn_cur(2) gt 200 } || { sc_conn_rate(2) gt 600 }
                http-request set-var(txn.host) req.hdr(host),lower,host_only,rtrim(.)
                http-request set-var(txn.port) req.hdr(host),port_only
                # Exact names first; then the wildcard one label above.
                http-request set-var(txn.route) var(txn.host),map_str(/gateway/{{mapFile}})
                http-request set-var(txn.route) var(txn.host),regsub(^[^.]+,*),map_str(/gateway/{{mapFile}},unknown-host) unless { var(txn.route) -m found }
                # The panel refuses TRACE by itself, in the words of its API.
                acl to-panel var(txn.route) -m str panel
                http-request return status 405 content-type text/plain string "method not allowed" hdr Allow "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" if METH_CONNECT || METH_TRACE !to-panel
                # The panel's own probes are known by a key that nobody else has; it is taken away below.
                http-request set-var(txn.probe) bool(true) if { req.hdr(X-HP-Gateway-Key) -m str {{panel.GatewayKey}} }
                http-request set-var(txn.free) bool(true) if { var(txn.probe) -m bool } || shared
                # What costs a site much is named by its path, so there is one way to write a path; no browser sends dots that lead up.
                http-request set-var(txn.path) path,url_dec,lower
                http-request return status 400 content-type text/plain string "bad path" if { var(txn.path) -m sub /../ } !to-panel
                http-request set-var(txn.path) var(txn.path),regsub(/[./]*/,/,g)
                # A page is what is none of these: an application works for it.
                http-request set-var(txn.static) bool(true) if { path_end -i -f /usr/share/hp/gateway/static.lst } !{ var(txn.path) -m sub .php }
                http-request set-var(txn.crawler) req.fhdr(user-agent),lower,map_sub(/usr/share/hp/gateway/crawlers.map)
                http-request set-var(txn.crawler) str(none) unless { req.fhdr(user-agent),length gt 0 }
                http-request set-var(txn.now) date()
                # What proxies say about the client is said here and nowhere before.
                http-request del-header X-HP- -m beg
                http-request del-header X-Forwarded- -m beg
                http-request del-header Forwarded
                http-request del-header X-Real-IP
                http-request del-header X-Client-IP
                http-request del-header X-Cluster-Client-IP
                http-request del-header True-Client-IP
                http-request del-header CF-Connecting-IP
                # Headers that some applications obey: a proxy for their own requests, another path than the one that was checked.
                http-request del-header Proxy
                http-request del-header X-Original-URL
                http-request del-header X-Rewrite-URL
                http-request set-header X-Forwarded-For %[src]
                http-request set-header X-Forwarded-Proto http
                http-request set-header X-Forwarded-Proto https if { ssl_fc }
                http-request set-header X-Request-Id %[unique-id]
                # Whoever reports a fault can name its request.
                http-after-response set-header X-Request-Id %[unique-id]
            {{Challenges(
                panel.AcmeThumbprint
            )}}    # A name whose visitors are sent to another one of the site, with the port that they came to.
                acl sends-on var(txn.route) -m beg {{SendsTo}}
                http-request set-var-fmt(txn.to) %[var(txn.route),regsub(^{{SendsTo}},)] if sends-on
                http-request set-var-fmt(txn.to) %[var(txn.to)]:%[var(txn.port)] if sends-on !{ var(txn.port) -m int 0 }
                http-request redirect prefix https://%[var(txn.to)] code 301 if sends-on { ssl_fc }
                http-request redirect prefix http://%[var(txn.to)] code 301 if sends-on
                use_backend %[var(txn.route)]

            frontend internal from base
                bind :8404
                no log
                http-request return status 200 content-type text/plain string ok if { path /healthz }
                # The sites' networks reach this port, and who visits whom is not for them.
                http-request use-service prometheus-exporter if { path /metrics } { req.hdr(X-HP-Gateway-Key) -m str {{panel.GatewayKey}} }
                http-request return status 404 content-type text/plain string "not found"

            # Tables alone. What is shared by all sites has the site in its key.
            backend addresses from base
                stick-table type ipv6 size 100k expire 1m store conn_cur,conn_rate(10s)

            backend pages from base
                stick-table type string len 110 size 100k expire 1m store conn_cur

            backend crawlers from base
                stick-table type string len 80 size 10k expire 2m peers gateway store http_req_rate(1m)

            backend refusals from base
                stick-table type string len 120 size 100k expire 1h peers gateway store gpc0,gpc0_rate(1h)

            backend unknown-host from base
                http-request return status 404 {{Html}} hdr {{HaproxyConfig.PageHeader}} unknown-host file {{Pages}}/unknown-host.html

            backend starting from base
                http-request return status 503 {{Html}} hdr Retry-After 5 hdr {{HaproxyConfig.PageHeader}} starting file {{Pages}}/starting.html

            backend stopped from base
                http-request return status 503 {{Html}} hdr {{HaproxyConfig.PageHeader}} stopped file {{Pages}}/stopped.html

            backend maintenance from base
                http-request return status 503 {{Html}} hdr Retry-After 5 hdr {{HaproxyConfig.PageHeader}} maintenance file {{Pages}}/maintenance.html

            backend panel from base
                # Live pages and event streams: each piece at once.
                option http-no-delay
                http-error status 502 {{Html}} hdr Retry-After 5 hdr {{HaproxyConfig.PageHeader}} unavailable file {{Pages}}/unavailable.html
                http-error status 503 {{Html}} hdr Retry-After 5 hdr {{HaproxyConfig.PageHeader}} unavailable file {{Pages}}/unavailable.html
                http-error status 504 {{Html}} hdr Retry-After 5 hdr {{HaproxyConfig.PageHeader}} unavailable file {{Pages}}/unavailable.html
                http-request set-header X-HP-Gateway-Key {{panel.GatewayKey}}
                http-response del-header X-HP- -m beg
                timeout server 5m
                server web:8080 web:8080

            """;
}
