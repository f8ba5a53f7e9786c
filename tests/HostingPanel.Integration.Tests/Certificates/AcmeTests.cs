using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using HostingPanel.Access;
using HostingPanel.Certificates;
using HostingPanel.Integration.Tests.Faults;
using HostingPanel.Integration.Tests.Sites;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using Microsoft.EntityFrameworkCore;

namespace HostingPanel.Integration.Tests.Certificates;

/// <summary>Certificates of a real ACME server, asked for by real jobs and served by the real gateway.</summary>
[Collection(FaultTests.Name)]
public sealed class AcmeTests(TestInstallation installation)
{
    private const string Slug = "secure";
    private const string Host = "secure.acme.test";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task A_name_is_certified_by_http_and_by_dns_is_renewed_and_what_fails_is_explained()
    {
        installation.Require();
        var (certificates, authorities) = (installation.Get<CertificateService>(), installation.Get<AuthorityService>());
        var pebble = new PebbleAuthority(installation);
        try
        {
            var site = new CreateSite(Slug, "helpers", "wordpress", "Secure", "a@example.org", [Host, PebbleAuthority.Nowhere]);
            var created = await installation.Sites.CreateAsync(Actor.Panel, site, idempotencyKey: null, Token);
            Assert.Null(created.Problem);
            var provisioned = await installation.FinishAsync(created.Value.Operation.Id, Token);
            Assert.True(provisioned.State == OperationState.Succeeded, provisioned.ErrorMessage);
            // Until there is one, HTTPS answers all the same.
            Assert.Contains("HostingPanel self-signed", (await ServedAsync()).Issuer, StringComparison.Ordinal);

            var command = await pebble.StartAsync(Token);
            Assert.Null((await authorities.AddAsync(Actor.Panel, command, null, Token)).Problem);
            var first = await AskAsync(Host);
            Assert.True(first.State == OperationState.Succeeded, first.ErrorMessage);
            using (var served = await ServedAsync())
            {
                Assert.Contains("Pebble", served.Issuer, StringComparison.Ordinal);
                Assert.True(served.MatchesHostname(Host, allowCommonName: false));
                Assert.Equal(CertificateState.Good, (await ViewAsync(Host)).State);

                // A third of its life is left: the next one comes by itself.
                await AgeAsync();
                await installation.Get<CertificateScheduler>().QueueAsync(Token);
                using var renewed = await UntilAnotherAsync(served.Thumbprint);
                Assert.Contains("Pebble", renewed.Issuer, StringComparison.Ordinal);
            }

            await BeKnownAsync(command with { Name = "Bound", Directory = PebbleAuthority.BoundDirectory, IsDefault = false });

            // It leads to where nothing listens.
            var failed = await AskAsync(PebbleAuthority.Nowhere);
            Assert.Equal((OperationState.Failed, "validation-connection"), (failed.State, failed.ErrorCode));
            var view = await ViewAsync(PebbleAuthority.Nowhere);
            Assert.Equal((CertificateState.Failing, "validation-connection"), (view.State, view.ProblemCode));
            Assert.Contains("must lead to this server", view.Words, StringComparison.Ordinal);
            Assert.True(view.NextAttemptAt > TimeProvider.System.GetUtcNow());

            // The same name again, by records at a DNS provider.
            var account = new NewDnsAccount(
                "httpreq",
                ["acme.test"],
                new Dictionary<string, string>(StringComparer.Ordinal) { ["HTTPREQ_ENDPOINT"] = PebbleAuthority.Records }
            );
            Assert.Null((await installation.Get<DnsAccountService>().AddAsync(Actor.Panel, account, null, Token)).Problem);
            var byDns = await AskAsync(PebbleAuthority.Nowhere);
            Assert.True(byDns.State == OperationState.Succeeded, byDns.ErrorMessage);
            Assert.Equal(CertificateState.Good, (await ViewAsync(PebbleAuthority.Nowhere)).State);

            // What lets one in is nowhere once it is done.
            var secrets = await installation.Docker.Secrets.ListAsync(installation.Mine, Token);
            Assert.DoesNotContain(secrets, secret => secret.Spec.Name.Contains("acme", StringComparison.Ordinal));
        }
        finally
        {
            await pebble.RemoveAsync();
            await using var context = await ContextAsync();
            await context.DnsAccounts.ExecuteDeleteAsync(CancellationToken.None);
            await context.CertificateAuthorities.ExecuteDeleteAsync(CancellationToken.None);
        }

        // One that gives an account only to who is known to it; renewals need no more than that account.
        async Task BeKnownAsync(NewCertificateAuthority bound)
        {
            var right = new AccountBinding(PebbleAuthority.KeyId, PebbleAuthority.BindingKey);
            var id = (await authorities.AddAsync(Actor.Panel, bound, null, Token)).Value.Id;
            var needed = await AskAsync(Host, id);
            Assert.Equal((OperationState.Failed, AcmeProblems.BindingNeeded), (needed.State, needed.ErrorCode));
            Assert.Contains("Set key id and key", needed.ErrorMessage!, StringComparison.Ordinal);
            var wrong = right with { Key = right.Key!.ToUpperInvariant() };
            Assert.Null((await authorities.SetBindingAsync(Actor.Panel, id, wrong, Token)).Problem);
            var refused = await AskAsync(Host, id);
            Assert.Equal((OperationState.Failed, AcmeProblems.BindingRefused), (refused.State, refused.ErrorCode));
            Assert.Contains("make a new one there", refused.ErrorMessage!, StringComparison.Ordinal);
            Assert.Null((await authorities.SetBindingAsync(Actor.Panel, id, right, Token)).Problem);
            var known = await AskAsync(Host, id);
            Assert.True(known.State == OperationState.Succeeded, known.ErrorMessage);
            Assert.Null((await authorities.SetBindingAsync(Actor.Panel, id, wrong, Token)).Problem);
            var again = await AskAsync(Host, id);
            Assert.True(again.State == OperationState.Succeeded, again.ErrorMessage);
        }

        async Task<OperationView> AskAsync(string host, Guid? authority = null)
        {
            var asked = await certificates.AskAsync(Actor.Panel, Slug, host, authority, idempotencyKey: null, Token);
            Assert.Null(asked.Problem);
            return await installation.FinishAsync(asked.Value.Id, Token);
        }

        async Task<CertificateView> ViewAsync(string host) =>
            (await certificates.ListOfSiteAsync(Actor.Panel, Slug, Token)).Value.Single(certificate => certificate.Host == host);
    }

    /// <summary>What visitors of the name are given.</summary>
    private async Task<X509Certificate2> ServedAsync()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", installation.HttpsPort, Token);
        await using var secure = new SslStream(
            socket.GetStream(),
            leaveInnerStreamOpen: false,
            // Which one it is, is what is looked at.
            static (_, certificate, _, _) => certificate is not null
        );
        await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Host }, Token);
        return new X509Certificate2(secure.RemoteCertificate!);
    }

    private async Task<X509Certificate2> UntilAnotherAsync(string thumbprint)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (true)
        {
            var served = await ServedAsync();
            if (served.Thumbprint != thumbprint)
            {
                return served;
            }

            served.Dispose();
            await timer.WaitForNextTickAsync(Token);
        }
    }

    /// <summary>As if it had been got so long ago that its next one is due.</summary>
    private async Task AgeAsync()
    {
        await using var context = await ContextAsync();
        var row = await context.HostCertificates.SingleAsync(row => row.Host == Host, Token);
        var age = (row.NotAfter!.Value - row.NotBefore!.Value) * 0.7;
        (row.NotBefore, row.NotAfter) = (row.NotBefore - age, row.NotAfter - age);
        await context.SaveChangesAsync(Token);
    }

    private Task<PanelDbContext> ContextAsync() =>
        installation.Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(CancellationToken.None);
}
