using System.Security.Cryptography;
using HostingPanel.Certificates;
using HostingPanel.Platform;

namespace HostingPanel.Tests.Certificates;

/// <summary>When an authority is asked, what its words mean, and what may be said of it.</summary>
public sealed class CertificateRuleTests
{
    private static readonly DateTimeOffset From = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void With_a_third_of_its_life_left_it_is_renewed_and_not_all_at_once()
    {
        var due = Enumerable
            .Range(0, 300)
            .Select(number => CertificateTimes.RenewAt($"site-{number}.example.org", From, From.AddDays(90)) - From)
            .ToList();
        Assert.All(due, after => Assert.InRange(after, TimeSpan.FromDays(57), TimeSpan.FromDays(60)));
        // 300 that were certified in one night: in no hour of the three days more than some.
        Assert.InRange(due.GroupBy(after => (int)after.TotalHours).Max(hour => hour.Count()), 1, 15);
        Assert.Equal(
            CertificateTimes.RenewAt("a.example.org", From, From.AddDays(90)),
            CertificateTimes.RenewAt("a.example.org", From, From.AddDays(90))
        );
        // One of six days is no exception.
        Assert.InRange(
            CertificateTimes.RenewAt("a.example.org", From, From.AddDays(6)) - From,
            TimeSpan.FromDays(3.8),
            TimeSpan.FromDays(4)
        );
    }

    [Fact]
    public void After_failures_it_waits_longer_and_stays_below_five_an_hour()
    {
        var waits = Enumerable.Range(1, 8).Select(CertificateTimes.After).ToList();
        Assert.Equal(waits.Order(), waits);
        Assert.True(waits[0] + waits[1] + waits[2] + waits[3] > TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.FromDays(1), waits[^1]);
    }

    [Theory]
    [InlineData("example.org", true)]
    [InlineData("xn--hlfer-iua.de", true)]
    [InlineData("*.example.org", true)]
    [InlineData("site.localhost", false)]
    [InlineData("localhost", false)]
    [InlineData("nas.local", false)]
    [InlineData("a.b.test", false)]
    [InlineData("router.home.arpa", false)]
    [InlineData("notlocal", false)]
    public void Only_names_of_the_world_are_certified_by_the_world(string host, bool isPublic) =>
        Assert.Equal(isPublic, CertificateNames.IsPublic(host));

    [Theory]
    [InlineData("[a.example.org] acme: error: 403 :: urn:ietf:params:acme:error:unauthorized :: Non-200 status code", "validation-refused")]
    [InlineData(
        "acme: error: 429 :: POST :: https://a/order :: urn:ietf:params:acme:error:rateLimited :: too many certificates",
        "authority-rate-limited"
    )]
    [InlineData(
        "[a.example.org] acme: error: 400 :: urn:ietf:params:acme:error:connection :: Timeout during connect",
        "validation-connection"
    )]
    [InlineData("[a.example.org] acme: error: 400 :: urn:ietf:params:acme:error:dns :: NXDOMAIN looking up A", "validation-dns")]
    [InlineData("acme: error: 400 :: urn:ietf:params:acme:error:rejectedIdentifier :: policy forbids", "name-rejected")]
    [InlineData("acme: error: 500 :: urn:ietf:params:acme:error:serverInternal :: oh", "authority-error")]
    [InlineData("dial tcp: lookup acme.example.org: no such host", "authority-unreachable")]
    public void An_authoritys_words_become_one_of_ours_with_the_mend(string line, string code)
    {
        var job = new JobResult(1, [], ["[INFO] retry due to: acme: error: 400 :: urn:ietf:params:acme:error:badNonce :: x", line, ""]);
        var answer = AcmeTool.AnswerOf(job);
        Assert.Null(answer.Chain);
        Assert.Equal(code, AcmeProblems.CodeOf(answer));
        var message = AcmeProblems.MessageOf(answer, "a.example.org", "Let's Encrypt", dns: null);
        Assert.Contains("Let's Encrypt", message, StringComparison.Ordinal);
        Assert.Contains(
            line[(line.LastIndexOf(":: ", StringComparison.Ordinal) is var at and > 0 ? at + 3 : 0)..],
            message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(3, "externalAccountRequired", "account-binding-needed", "Set key id and key")]
    [InlineData(4, "externalAccountRequired", "account-binding-needed", "Set key id and key")]
    [InlineData(4, "unauthorized", "account-binding-refused", "make a new one there")]
    [InlineData(4, "malformed", "account-binding-refused", "make a new one there")]
    [InlineData(3, "unauthorized", "authority-account-refused", "gives the panel no account")]
    [InlineData(4, "invalidContact", "authority-email-refused", "e-mail address")]
    [InlineData(4, "rateLimited", "authority-rate-limited", "asked too often")]
    [InlineData(4, "serverInternal", "authority-error", "trouble of its own")]
    [InlineData(1, "unauthorized", "validation-refused", "must lead to this server")]
    public void That_an_authority_gives_no_account_is_told_from_a_name_that_it_does_not_certify(
        int exitCode,
        string type,
        string code,
        string mend
    )
    {
        var line = $"acme: error: 403 :: POST :: https://a/new :: urn:ietf:params:acme:error:{type} :: its own words";
        var answer = AcmeTool.AnswerOf(new JobResult(exitCode, [], [line]));
        Assert.Equal(code, AcmeProblems.CodeOf(answer));
        var message = AcmeProblems.MessageOf(answer, "a.example.org", "Sectigo", dns: null);
        Assert.Contains(mend, message, StringComparison.Ordinal);
        Assert.Contains("Sectigo", message, StringComparison.Ordinal);
        Assert.Contains("its own words", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kid-1", "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG4", "")]
    [InlineData("kid-1", "AAAAAAAAAAAAAAAAAAAAAA==", "")]
    [InlineData("kid-1", null, "key")]
    [InlineData(null, "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG4", "keyId")]
    [InlineData("", "", "keyId key")]
    [InlineData("a b", "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG4", "keyId")]
    [InlineData("kid\n", "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG4", "keyId")]
    [InlineData("kid-1", "zWNDZM6eQGHWpSRTPal5+IUYFTu7EajVIoguysqZ9wG/", "key")]
    [InlineData("kid-1", "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG4A", "key")]
    [InlineData("kid-1", "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG4\n", "key")]
    [InlineData("kid-1", "zWNDZM6eQGHWpSRT=Pal5eIUYFTu7EajVIoguysqZ9wG4", "key")]
    [InlineData("kid-1", "c2hvcnQ", "key")]
    public void A_binding_is_a_key_id_and_a_key_in_base64url(string? keyId, string? key, string paths)
    {
        var errors = new FieldErrors();
        AccountBindings.AddFaults(errors, new AccountBinding(keyId, key), string.Empty);
        Assert.Equal(paths, string.Join(' ', errors.ToProblem()?.Errors.Select(error => error.Path) ?? []));
        var own = new NewCertificateAuthority("Own", "https://ca.inside/dir", "a@example.org", null, true, new AccountBinding(keyId, key));
        Assert.Equal(
            paths.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(path => $"binding.{path}"),
            AuthorityRules.Fault(own)?.Errors.Select(error => error.Path) ?? []
        );
    }

    [Fact]
    public void What_an_authority_says_is_cut_and_has_no_control_characters()
    {
        var answer = AcmeTool.AnswerOf(new JobResult(1, [], [$"urn:ietf:params:acme:error:caa :: \u001b[31mred{new string('x', 5000)}"]));
        Assert.True(answer.Detail.Length <= 401);
        Assert.DoesNotContain('\u001b', answer.Detail);
    }

    [Fact]
    public void A_thumbprint_is_that_of_the_standard()
    {
        // The key of RFC 7515, appendix A.3; its thumbprint by another implementation (python3, hashlib over the canonical JSON).
        using var pair = ECDsa.Create(
            new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint
                {
                    X = System.Buffers.Text.Base64Url.DecodeFromChars("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                    Y = System.Buffers.Text.Base64Url.DecodeFromChars("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
                },
            }
        );
        Assert.Equal("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U", AcmeAccounts.ThumbprintOf(pair));
    }

    [Theory]
    [InlineData("http://acme.example.org/directory")]
    [InlineData("https://acme.example.org/dir?x=1")]
    [InlineData("https://user@acme.example.org/dir")]
    [InlineData("https://localhost/dir")]
    [InlineData("https://pebble.localhost:14000/dir")]
    [InlineData("https://127.0.0.1/dir")]
    [InlineData("https://2130706433/dir")]
    [InlineData("https://acme.example.org/$(id)")]
    [InlineData("file:///etc/passwd")]
    [InlineData("--help")]
    [InlineData("")]
    [InlineData(null)]
    public void An_address_that_leads_nowhere_good_is_refused(string? directory) =>
        Assert.Equal(
            ["directory"],
            AuthorityRules
                .Fault(new NewCertificateAuthority("Mine", directory, "a@example.org", null, false))!
                .Errors.Select(error => error.Path)
        );

    [Fact]
    public void A_good_one_is_taken_and_everything_wrong_is_told_at_once()
    {
        Assert.Null(
            AuthorityRules.Fault(
                new NewCertificateAuthority("Let's Encrypt", "https://acme-v02.api.letsencrypt.org/directory", "a@example.org", null, true)
            )
        );
        Assert.Null(
            AuthorityRules.Fault(
                new NewCertificateAuthority("Own", "https://ca.inside:14000/dir", "a@example.org", FakeAuthority.Only.Root, true)
            )
        );
        Assert.Equal(
            ["name", "directory", "email", "roots"],
            AuthorityRules.Fault(new NewCertificateAuthority("", "x", "y", "z", true))!.Errors.Select(error => error.Path)
        );
    }

    [Theory]
    [InlineData("exec", "EXEC_PATH", "provider")]
    [InlineData("manual", "A_B", "provider")]
    [InlineData("cloudflare", "LD_PRELOAD", "credentials.LD_PRELOAD")]
    [InlineData("cloudflare", "PATH", "credentials.PATH")]
    [InlineData("cloudflare", "LEGO_CA_CERTIFICATES", "credentials.LEGO_CA_CERTIFICATES")]
    [InlineData("cloudflare", "HTTPS_PROXY", "credentials.HTTPS_PROXY")]
    [InlineData("cloudflare", "X;id", "credentials.X;id")]
    public void What_would_change_how_the_job_runs_is_no_credential(string provider, string name, string path) =>
        Assert.Equal(
            [path],
            AuthorityRules
                .Fault(new NewDnsAccount(provider, ["example.org"], new Dictionary<string, string> { [name] = "x" }))!
                .Errors.Select(error => error.Path)
        );

    [Fact]
    public void A_zone_covers_what_lies_in_it()
    {
        var account = new DnsAccount
        {
            Id = Guid.Empty,
            Provider = "rfc2136",
            Zones = ["example.org"],
            Credentials = [],
            CreatedAt = From,
        };
        Assert.All(["example.org", "www.example.org", "*.example.org", "*.a.example.org"], host => Assert.True(account.Covers(host), host));
        Assert.All(["badexample.org", "example.org.evil.net", "org"], host => Assert.False(account.Covers(host), host));
    }
}
