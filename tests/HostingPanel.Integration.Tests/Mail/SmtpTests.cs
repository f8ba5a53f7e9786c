using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Backups;
using HostingPanel.Mail;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Worker.Security;
using HostingPanel.Worker.Startup;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostingPanel.Integration.Tests.Mail;

/// <summary>The worker's mail against a real mail server, and against one that says nothing (F12).</summary>
public sealed class SmtpTests
{
    private const string Subject = "Einladung für Zoë – „Food Bank“";
    private const string Body =
        "Grüße\n.\nA line with a dot alone above, and a link:\nhttp://panel.localhost/invitation?link=abc-DEF_123\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_server_takes_arrives_as_it_was_written_and_nothing_goes_without_encryption_trust_and_password()
    {
        await using var host = await MailHost.StartAsync(Token);
        var server = new MailServer(host.Address, 587, UsesTls: true, MailHost.User, MailHost.Password, "panel@example.org", "Pänel");
        var message = new MailMessageText(Guid.CreateVersion7(), "zoe@example.org", Subject, Body);
        var transport = new SmtpTransport();

        // Nobody has said that this certificate is to be trusted: whoever stands in between learns no password and no message.
        Assert.Contains("certificate", await transport.SendAsync(server, message, Token), StringComparison.OrdinalIgnoreCase);
        // A server that wants STARTTLS and is spoken to without it.
        Assert.NotNull(await transport.SendAsync(server with { UsesTls = false }, message, Token));
        // A server that has none, where encryption is asked for.
        Assert.NotNull(await transport.SendAsync(server with { Port = 25 }, message, Token));

        using (new Trust(host.Certificate.GetCertHash()))
        {
            var wrong = server with { Password = "wrong-canary" };
            var refused = await transport.SendAsync(wrong, message, Token);
            Assert.Contains("not authenticated", refused, StringComparison.Ordinal);
            Assert.DoesNotContain(wrong.Password, refused, StringComparison.Ordinal);
            Assert.NotNull(await transport.SendAsync(server with { UserName = null, Password = null }, message, Token));
            Assert.Null(await transport.SendAsync(server, message, Token));
        }

        var plain = message with { Id = Guid.CreateVersion7(), Subject = "At port 25" };
        Assert.Null(await transport.SendAsync(server with { Port = 25, UsesTls = false, UserName = null, Password = null }, plain, Token));
        var arrived = await host.MessagesAsync(2, Token);
        Assert.Equal(2, arrived.Count);
        var text = Assert.Single(arrived, mail => mail.Contains($"<{message.Id}@example.org>", StringComparison.Ordinal));
        Assert.Contains("To: zoe@example.org", text, StringComparison.Ordinal);
        Assert.Contains("<panel@example.org>", text, StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated", text, StringComparison.Ordinal);
        Assert.DoesNotContain(MailHost.Password, text, StringComparison.Ordinal);
        var (head, body) = (text.ReplaceLineEndings("\n").Split("\n\n", 2)[0], text.ReplaceLineEndings("\n").Split("\n\n", 2)[1]);
        Assert.Equal(Subject, SubjectOf(head));
        Assert.Equal(Body.Trim(), BodyOf(head, body).Trim());
    }

    [Theory]
    [InlineData("")]
    [InlineData("220 hello\r\n")]
    public async Task A_server_that_hangs_is_left_within_the_bound_and_the_message_waits(string greeting)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var services = await ServicesAsync(database);
        using var silent = new SilentServer(greeting);
        var contexts = services.GetRequiredService<IDbContextFactory<PanelDbContext>>();
        var keys = new SealingKeys(contexts, new MasterKeyProtector(new byte[32]));
        await keys.EnsureAsync(Token);
        var mail = services.GetRequiredService<MailService>();
        var command = new SetMailServer("127.0.0.1", silent.Port, UsesTls: true, "panel", "word", "panel@example.org", "Panel");
        Assert.Null((await mail.SetAsync(Actor.Server, command, Token)).Problem);

        // Whoever asks for it waits for nobody.
        var watch = Stopwatch.StartNew();
        Assert.Null((await mail.TestAsync(Actor.Server, "ada@example.org", null, Token)).Problem);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));

        var sender = new MailSender(contexts, keys, new SmtpTransport(), new Alone(), TimeProvider.System, NullLogger<MailSender>.Instance);
        watch.Restart();
        Assert.Equal(0, await sender.SendAsync(Token));
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1), MailSender.Patience + TimeSpan.FromSeconds(10));
        var waiting = Assert.Single((await mail.ListAsync(Actor.Server, Token)).Value);
        Assert.Equal((MailState.Waiting, 1), (waiting.State, waiting.Attempts));
        Assert.Contains("within", waiting.Fault, StringComparison.Ordinal);

        // A process that stops does not wait for it, either.
        await using (var context = await contexts.CreateDbContextAsync(Token))
        {
            await context.OutgoingMails.ExecuteUpdateAsync(
                set => set.SetProperty(row => row.NextAttemptAt, DateTimeOffset.UnixEpoch),
                Token
            );
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        stop.CancelAfter(TimeSpan.FromSeconds(1));
        watch.Restart();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sender.SendAsync(stop.Token));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    private static async Task<ServiceProvider> ServicesAsync(TestDatabase database)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>(StringComparer.Ordinal) { ["Database:ConnectionString"] = database.ConnectionString }
            )
            .Build();
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddPanel(configuration)
            .AddSingleton<IWebSecrets, NoSecrets>()
            .AddSignIn()
            .BuildServiceProvider();
        await using var context = await services.GetRequiredService<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Token);
        await context.Database.MigrateAsync(Token);
        return services;
    }

    /// <summary>The subject, out of its encoded words.</summary>
    private static string SubjectOf(string head)
    {
        var folded = head.Replace("\n ", " ", StringComparison.Ordinal);
        var line = folded.Split('\n').Single(line => line.StartsWith("Subject: ", StringComparison.Ordinal))["Subject: ".Length..];
        return string.Concat(
            line.Split(' ')
                .Select(word =>
                    word.StartsWith("=?utf-8?B?", StringComparison.OrdinalIgnoreCase)
                        ? Encoding.UTF8.GetString(Convert.FromBase64String(word[10..^2]))
                        : word
                )
        );
    }

    private static string BodyOf(string head, string body) =>
        head.Contains("Content-Transfer-Encoding: base64", StringComparison.OrdinalIgnoreCase)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(body.ReplaceLineEndings(string.Empty)))
        : head.Contains("quoted-printable", StringComparison.OrdinalIgnoreCase) ? Unquote(body)
        : body;

    private static string Unquote(string body)
    {
        var bytes = new List<byte>();
        body = body.Replace("=\n", string.Empty, StringComparison.Ordinal);
        for (var at = 0; at < body.Length; at++)
        {
            if (body[at] == '=')
            {
                bytes.AddRange(Convert.FromHexString(body.AsSpan(at + 1, 2)));
                at += 2;
            }
            else
            {
                bytes.Add((byte)body[at]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]).ReplaceLineEndings("\n");
    }

    /// <summary>For as long as it lives, this one certificate is trusted by what sends mail in this process, besides those that the machine trusts.</summary>
    private sealed class Trust : IDisposable
    {
#pragma warning disable SYSLIB0014, MA0039 // The only way to tell SmtpClient about a certificate.
        public Trust(byte[] hash) =>
            ServicePointManager.ServerCertificateValidationCallback = (_, certificate, _, errors) =>
                errors == SslPolicyErrors.None
                || (errors == SslPolicyErrors.RemoteCertificateChainErrors && certificate!.GetCertHash().SequenceEqual(hash));

        public void Dispose() => ServicePointManager.ServerCertificateValidationCallback = null;
#pragma warning restore SYSLIB0014, MA0039
    }

    /// <summary>Takes connections, greets or does not, and says nothing then.</summary>
    private sealed class SilentServer : IDisposable
    {
        private readonly TcpListener _door = new(IPAddress.Loopback, 0);
        private readonly List<TcpClient> _callers = [];

        public SilentServer(string greeting)
        {
            _door.Start();
            _ = GreetAsync(Encoding.ASCII.GetBytes(greeting));
        }

        public int Port => ((IPEndPoint)_door.LocalEndpoint).Port;

        public void Dispose()
        {
            _door.Dispose();
            _callers.ForEach(caller => caller.Dispose());
        }

        private async Task GreetAsync(byte[] greeting)
        {
            try
            {
                while (true)
                {
                    var caller = await _door.AcceptTcpClientAsync();
                    _callers.Add(caller);
                    await caller.GetStream().WriteAsync(greeting);
                }
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException or IOException)
            {
                // The test is over.
            }
        }
    }

    private sealed class Alone : IWorkerLease
    {
        public bool IsHeld => true;
    }

    /// <summary>With a mail server nothing is closed for the web.</summary>
    private sealed class NoSecrets : IWebSecrets
    {
        public byte[] Protect(ReadOnlySpan<byte> plain, string context) => throw new NotSupportedException();

        public byte[]? TryUnprotect(ReadOnlySpan<byte> stored, string context) => null;
    }
}
