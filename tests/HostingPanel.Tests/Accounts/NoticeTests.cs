using System.Text;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Backups;
using HostingPanel.Mail;
using HostingPanel.Organisations;
using HostingPanel.Persistence;
using HostingPanel.Sites;
using HostingPanel.Worker.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Tests.Accounts;

/// <summary>Who is told that the panel has stopped a site by itself, and who reads it where there is no mail server.</summary>
public sealed class NoticeTests(PostgresFixture postgres) : AccountTest(postgres)
{
    private const string Reason = "It filled the disk: canary figures.";
    private Guid _organisation;

    [Fact]
    public async Task Whoever_can_do_something_is_told_once_and_without_a_mail_server_administrators_read_it()
    {
        var (_, actor) = await AdministratorAsync("ada");
        await AccountAsync(StaffRole.Operator, "otto");
        await AccountAsync(StaffRole.Auditor, "audrey");
        await AddOrganisationAsync();
        await MemberAsync("olga", OrganisationRole.Owner);
        await MemberAsync("max", OrganisationRole.Manager);
        await MemberAsync("vera", OrganisationRole.Viewer);
        await MemberAsync("gone", OrganisationRole.Owner, isSuspended: true);
        await AccountAsync(name: "stranger");
        await TellAsync();

        var told = (await Get<MailService>().ListAsync(actor, Token)).Value;
        Assert.Equal(["ada@example.org", "max@example.org", "olga@example.org", "otto@example.org"], told.Select(mail => mail.To).Order());
        Assert.All(told, mail => Assert.Equal((MailState.Shown, "shop had to be switched off"), (mail.State, mail.Subject)));
        var (ada, olga) = (told.Single(mail => mail.To[0] == 'a').Body!, told.Single(mail => mail.To == "olga@example.org").Body!);
        Assert.Contains(Reason, ada, StringComparison.Ordinal);
        Assert.Contains("http://panel.localhost/sites/shop\n", ada, StringComparison.Ordinal);
        // A title is one line, whatever is in it, and clients are told what they can do.
        Assert.Contains("panel.localhost has switched The shop (shop) off at 27 Nov 2026, 12:00 UTC.", olga, StringComparison.Ordinal);
        Assert.Contains(SelfStopWords.ForClients, olga, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", olga, StringComparison.Ordinal);
        Assert.Contains("http://panel.localhost/my/bakers/sites/shop\n", olga, StringComparison.Ordinal);

        var auditor = new Actor(Guid.CreateVersion7(), "audrey", StaffRole.Auditor);
        Assert.All((await Get<MailService>().ListAsync(auditor, Token)).Value, mail => Assert.Null(mail.Body));
        Time.Advance(TimeSpan.FromDays(14));
        Assert.All((await Get<MailService>().ListAsync(actor, Token)).Value, mail => Assert.Null(mail.Body));
    }

    [Fact]
    public async Task With_a_mail_server_it_is_closed_for_the_worker_as_every_message()
    {
        var (_, actor) = await AdministratorAsync("ada");
        var keys = new SealingKeys(Get<IDbContextFactory<PanelDbContext>>(), new MasterKeyProtector(new byte[32]));
        await keys.EnsureAsync(Token);
        var server = new SetMailServer("smtp.example.org", 587, true, null, null, "panel@example.org", "Panel");
        Assert.Null((await Get<MailService>().SetAsync(actor, server, Token)).Problem);
        await AddOrganisationAsync();
        await TellAsync();

        await using var context = await ContextAsync();
        var mail = await context.OutgoingMails.AsNoTracking().SingleAsync(Token);
        Assert.Equal((MailState.Waiting, null), (mail.State, mail.Text));
        var body = Encoding.UTF8.GetString(await keys.OpenAsync(mail.Body!, OutgoingMail.BodyContext(mail.Id), Token));
        Assert.Contains(Reason, body, StringComparison.Ordinal);
        Assert.Null(Assert.Single((await Get<MailService>().ListAsync(actor, Token)).Value).Body);
    }

    private async Task TellAsync()
    {
        await using var context = await ContextAsync();
        var site = new Site
        {
            Id = Guid.CreateVersion7(),
            ShortId = "shop",
            Slug = "shop",
            OrganisationId = _organisation,
            Blueprint = "wordpress",
            BlueprintVersion = 1,
            Title = "The\nshop",
            AdminEmail = "admin@example.org",
            Environment = SiteEnvironment.Live,
            State = SiteState.Stopped,
            SubnetIndex = 1,
            CreatedAt = Time.GetUtcNow(),
        };
        await new Notices(Options.Create(new PanelOptions()), Time).TellStoppedAsync(context, site, Reason, Token);
        await context.SaveChangesAsync(Token);
    }

    private async Task AddOrganisationAsync()
    {
        var made = await Get<OrganisationService>().CreateAsync(Actor.Panel, new CreateOrganisation("bakers", "Bakers"), null, Token);
        Assert.Null(made.Problem);
        await using var context = await ContextAsync();
        _organisation = await context.Organisations.Select(row => row.Id).SingleAsync(Token);
    }

    private async Task MemberAsync(string name, OrganisationRole role, bool isSuspended = false)
    {
        var account = await AccountAsync(name: name);
        await using var context = await ContextAsync();
        context.Memberships.Add(
            new Membership
            {
                AccountId = account.Id,
                OrganisationId = _organisation,
                Role = role,
                Since = Time.GetUtcNow(),
            }
        );
        context.Accounts.Attach(account).Entity.SuspendedAt = isSuspended ? Time.GetUtcNow() : null;
        await context.SaveChangesAsync(Token);
    }
}
