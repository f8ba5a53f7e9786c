using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Backups;
using HostingPanel.Mail;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using HostingPanel.Worker.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostingPanel.Tests.Accounts;

/// <summary>Messages are sent by the worker, again when it did not work, and only it can read them.</summary>
public sealed class MailTests(PostgresFixture postgres) : AccountTest(postgres)
{
    private readonly FakeTransport _transport = new();

    [Fact]
    public async Task What_waits_is_sent_once_tried_again_at_growing_distances_and_given_up_when_it_is_of_no_use()
    {
        var (ada, actor) = await AdministratorAsync("ada");
        var mail = Get<MailService>();
        Assert.Equal("no-mail-server", CodeOf(await mail.TestAsync(actor, null, null, Token)));
        Assert.Equal("worker-not-ready", CodeOf(await mail.SetAsync(actor, Server(), Token)));
        var sender = await SenderAsync();
        Assert.Null((await mail.SetAsync(actor, Server(), Token)).Problem);
        Assert.Equal(
            (true, "smtp.example.org"),
            ((await mail.GetAsync(actor, Token)).Value!.HasPassword, (await mail.GetAsync(actor, Token)).Value!.Host)
        );

        Assert.Null((await mail.TestAsync(actor, null, null, Token)).Problem);
        _transport.Fault = "421 too busy";
        Assert.Equal(0, await sender.SendAsync(Token));
        Assert.Equal(0, await sender.SendAsync(Token));
        Assert.Single(_transport.Tried);
        var waiting = Assert.Single((await mail.ListAsync(actor, Token)).Value);
        Assert.Equal((MailState.Waiting, 1, "421 too busy", null), (waiting.State, waiting.Attempts, waiting.Fault, waiting.Body));

        Time.Advance(TimeSpan.FromMinutes(1));
        _transport.Fault = null;
        Assert.Equal(1, await sender.SendAsync(Token));
        Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, await sender.SendAsync(Token));
        var (server, message) = _transport.Tried[^1];
        Assert.Equal(
            ("smtp.example.org", 587, true, "panel", "canary-password"),
            (server.Host, server.Port, server.UsesTls, server.UserName, server.Password)
        );
        Assert.Equal(ada.Email, message.To);
        Assert.Contains("can send mail", message.Body, StringComparison.Ordinal);
        Assert.Equal(MailState.Sent, Assert.Single((await mail.ListAsync(actor, Token)).Value).State);

        await mail.TestAsync(actor, null, null, Token);
        Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, await sender.SendAsync(Token));
        Assert.Equal(MailState.GivenUp, (await mail.ListAsync(actor, Token)).Value[0].State);
    }

    [Fact]
    public async Task A_link_and_a_password_are_nowhere_in_the_database_as_they_are()
    {
        var (_, actor) = await AdministratorAsync("ada");
        var sender = await SenderAsync();
        await Get<MailService>().SetAsync(actor, Server(), Token);
        await Get<InvitationService>().InviteAsync(actor, new Invite("bob@example.org", StaffRole.Auditor), null, Token);
        await using (var context = await ContextAsync())
        {
            var mail = await context.OutgoingMails.AsNoTracking().SingleAsync(Token);
            Assert.DoesNotContain("link=", System.Text.Encoding.UTF8.GetString(mail.Body!), StringComparison.Ordinal);
            var settings = await context.MailSettings.AsNoTracking().SingleAsync(Token);
            Assert.DoesNotContain("canary", System.Text.Encoding.UTF8.GetString(settings.Password!), StringComparison.Ordinal);
        }

        Assert.Equal(1, await sender.SendAsync(Token));
        var body = _transport.Tried[0].Message.Body;
        Assert.Contains("http://panel.localhost/invitation?link=", body, StringComparison.Ordinal);
        Assert.Null((await Get<InvitationAcceptance>().FindAsync(body.Split("link=")[1].Split('\n')[0], Token)).Problem);
        await using var after = await ContextAsync();
        Assert.Null((await after.OutgoingMails.AsNoTracking().SingleAsync(Token)).Body);
    }

    [Fact]
    public async Task A_password_is_not_handed_to_another_server_and_settings_are_for_administrators()
    {
        var (_, actor) = await AdministratorAsync("ada");
        await SenderAsync();
        var mail = Get<MailService>();
        await mail.SetAsync(actor, Server(), Token);
        Assert.True((await mail.SetAsync(actor, Server() with { Password = null, SenderName = "Other" }, Token)).Value!.HasPassword);
        Assert.False((await mail.SetAsync(actor, Server() with { Password = null, Host = "evil.example" }, Token)).Value!.HasPassword);
        var wrong = await mail.SetAsync(actor, new SetMailServer("no host", 0, true, null, null, "nobody", " "), Token);
        Assert.Equal(["host", "port", "sender", "senderName"], wrong.Problem!.Errors.Select(error => error.Path));
        foreach (var role in (StaffRole?[])[StaffRole.Operator, StaffRole.Auditor, null])
        {
            Assert.Equal("not-permitted", CodeOf(await mail.SetAsync(new Actor(Guid.CreateVersion7(), "x", role), Server(), Token)));
        }

        // An auditor sees that there are messages, never what they say.
        Assert.Null((await mail.ForgetAsync(actor, Token)).Problem);
        await Get<InvitationService>().InviteAsync(actor, new Invite("bob@example.org", StaffRole.Auditor), null, Token);
        var auditor = new Actor(Guid.CreateVersion7(), "audrey", StaffRole.Auditor);
        Assert.Null(Assert.Single((await mail.ListAsync(auditor, Token)).Value).Body);
        Assert.NotNull(Assert.Single((await mail.ListAsync(actor, Token)).Value).Body);
    }

    private static SetMailServer Server() => new("smtp.example.org", 587, true, "panel", "canary-password", "panel@example.org", "Panel");

    /// <summary>The worker's part, with keys of its own.</summary>
    private async Task<MailSender> SenderAsync()
    {
        var contexts = Get<IDbContextFactory<PanelDbContext>>();
        var keys = new SealingKeys(contexts, new MasterKeyProtector(new byte[32]));
        await keys.EnsureAsync(Token);
        return new MailSender(contexts, keys, _transport, new NoLease(), Time, NullLogger<MailSender>.Instance);
    }

    private sealed class FakeTransport : IMailTransport
    {
        public string? Fault { get; set; }

        public List<(MailServer Server, MailMessageText Message)> Tried { get; } = [];

        public Task<string?> SendAsync(MailServer server, MailMessageText message, CancellationToken cancellationToken)
        {
            Tried.Add((server, message));
            return Task.FromResult(Fault);
        }
    }
}
