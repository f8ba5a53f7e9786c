using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Audit;
using HostingPanel.Operations;
using HostingPanel.Organisations;
using HostingPanel.Tests.Accounts;
using HostingPanel.Tests.Operations;
using HostingPanel.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace HostingPanel.Tests.Audit;

/// <summary>The audit over a real PostgreSQL: one chain of many writers, only ever added to, and whoever changes it is found.</summary>
public sealed class AuditChainTests(PostgresFixture postgres) : RunnerTest(postgres)
{
    private AuditService Audit => Services.GetRequiredService<AuditService>();

    private OrganisationService Organisations => Services.GetRequiredService<OrganisationService>();

    [Fact]
    public async Task Twenty_writers_at_once_make_one_chain_without_gap_or_fork()
    {
        var ada = new Actor(Guid.CreateVersion7(), "Ada", StaffRole.Administrator) { Address = "203.0.113.7" };
        await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(writer =>
                    Task.Run(
                        async () =>
                        {
                            for (var i = 0; i < 5; i++)
                            {
                                // Half of them fight for one slug: the losers leave no entry and no gap.
                                var slug = writer % 2 == 0 ? $"contested-{i}" : $"org-{writer}-{i}";
                                await Organisations.CreateAsync(ada, new CreateOrganisation(slug, "Food Bank"), null, Token);
                            }
                        },
                        Token
                    )
                )
        );
        var found = (await Audit.VerifyAsync(Actor.Panel, anchor: null, Token)).Value;
        Assert.Equal((55L, 55L, null, null), (found.Entries, found.Head, found.FirstBroken, found.Fault));

        var entry = (await Audit.ListAsync(Actor.Panel, new AuditFilter(Target: "org-1-0"), new PageRequest(), Token)).Value.Items.Single();
        Assert.Equal(
            (ActorKind.Person, "Ada", "Administrator", "203.0.113.7", "organisation.create", AuditOutcome.Done, "organisation", "org-1-0"),
            (
                entry.ActorKind,
                entry.ActorName,
                entry.ActorRole,
                entry.Address,
                entry.Act,
                entry.Outcome,
                entry.TargetKind,
                entry.Organisation
            )
        );
    }

    [Fact]
    public async Task An_operation_is_told_when_it_is_asked_for_and_when_it_has_ended_and_a_refused_request_is_not()
    {
        var id = await QueueAsync();
        Assert.True(await NewRunner(new FakeKind()).RunNextAsync(Token));
        var entries = (await Audit.ListAsync(Actor.Panel, new AuditFilter(Operation: id), new PageRequest(), Token)).Value.Items;
        Assert.Equal([AuditOutcome.Done, AuditOutcome.Accepted], entries.Select(entry => entry.Outcome));
        Assert.All(entries, entry => Assert.Equal("target", entry.TargetName));

        var refused = await Services.GetRequiredService<OperationService>().CancelAsync(Actor.Panel, id, null, Token);
        Assert.Equal("operation-finished", refused.Problem?.Code);
        Assert.Equal(2, (await Audit.ListAsync(Actor.Panel, new AuditFilter(), new PageRequest(), Token)).Value.Items.Count);
    }

    [Theory]
    [InlineData("UPDATE audit_entries SET actor_name = 'Eve'")]
    [InlineData("UPDATE audit_entries SET hash = NULL")]
    [InlineData("DELETE FROM audit_entries")]
    [InlineData("TRUNCATE audit_entries")]
    [InlineData("UPDATE audit_head SET sequence = 7")]
    [InlineData("DELETE FROM audit_head")]
    [InlineData("TRUNCATE audit_head")]
    public async Task The_database_refuses_to_change_what_is_written(string sql)
    {
        await WriteAsync(2);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(sql));
        Assert.Equal("42501", refusal.SqlState);
        Assert.Null((await Audit.VerifyAsync(Actor.Panel, anchor: null, Token)).Value.FirstBroken);
    }

    [Fact]
    public async Task A_place_in_the_chain_is_not_chosen_by_who_writes()
    {
        await WriteAsync(1);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() =>
            ExecuteAsync(
                "INSERT INTO audit_entries (actor_kind, actor_name, act, outcome, times, sequence, at, previous_hash, hash) "
                    + "VALUES ('Person', 'Eve', 'site.purge', 'Done', 1, 99, now(), '\\x00', '\\x00')"
            )
        );
        Assert.Equal("42501", refusal.SqlState);
    }

    [Theory]
    [InlineData("UPDATE audit_entries SET actor_name = 'Eve' WHERE sequence = 3", 3)]
    [InlineData("UPDATE audit_entries SET at = at - interval '1 day' WHERE sequence = 2", 2)]
    [InlineData("UPDATE audit_entries SET address = '' WHERE sequence = 5", 5)]
    [InlineData("DELETE FROM audit_entries WHERE sequence = 4", 4)]
    [InlineData("DELETE FROM audit_entries WHERE sequence = 1", 1)]
    [InlineData("DELETE FROM audit_entries WHERE sequence = 6", 6)]
    [InlineData("UPDATE audit_entries SET sequence = 40 WHERE sequence = 4", 4)]
    [InlineData("INSERT INTO audit_entries (actor_kind, actor_name, act, outcome, times) VALUES ('Person', 'Eve', 'a.b', 'Done', 1)", 7)]
    [InlineData(
        "UPDATE audit_entries SET hash = sha256(previous_hash || convert_to(hp_audit_text(audit_entries), 'UTF8')), actor_name = 'Eve' WHERE sequence = 3",
        3
    )]
    public async Task Who_switches_the_triggers_off_and_changes_something_is_found(string sql, long broken)
    {
        await WriteAsync(6);
        await ExecuteAsync($"ALTER TABLE audit_entries DISABLE TRIGGER ALL; {sql}; ALTER TABLE audit_entries ENABLE TRIGGER ALL");
        var found = (await Audit.VerifyAsync(Actor.Panel, anchor: null, Token)).Value;
        Assert.Equal(broken, found.FirstBroken);
        Assert.NotNull(found.Fault);
    }

    [Fact]
    public async Task A_chain_that_was_written_anew_from_some_place_on_is_found_by_an_end_that_was_noted()
    {
        await WriteAsync(6);
        var noted = (await Audit.VerifyAsync(Actor.Panel, anchor: null, Token)).Value;
        var anchor = new AuditAnchor(noted.Head, noted.HeadHash);
        await WriteAsync(1);
        Assert.Null((await Audit.VerifyAsync(Actor.Panel, anchor, Token)).Value.FirstBroken);

        await ExecuteAsync(
            "ALTER TABLE audit_entries DISABLE TRIGGER ALL; ALTER TABLE audit_head DISABLE TRIGGER ALL;"
                + "DELETE FROM audit_entries WHERE sequence > 5;"
                + "UPDATE audit_head SET sequence = 5, hash = (SELECT hash FROM audit_entries WHERE sequence = 5);"
                + "ALTER TABLE audit_entries ENABLE TRIGGER ALL; ALTER TABLE audit_head ENABLE TRIGGER ALL"
        );
        Assert.Null((await Audit.VerifyAsync(Actor.Panel, anchor: null, Token)).Value.FirstBroken);
        Assert.Equal(6, (await Audit.VerifyAsync(Actor.Panel, anchor, Token)).Value.FirstBroken);
        await WriteAsync(1);
        Assert.Equal(6, (await Audit.VerifyAsync(Actor.Panel, anchor, Token)).Value.FirstBroken);
    }

    [Fact]
    public async Task Any_text_has_the_same_hash_here_and_there_and_finds_its_place()
    {
        string?[] names =
        [
            "",
            "a,b:c-",
            "Zoë “Ω” 𝕏",
            "\u202Eevil\u001b[31m\0",
            "<script>",
            null,
            string.Concat(Enumerable.Repeat("𝕏", 400)),
            "5:x",
        ];
        await using (var context = await Contexts.CreateDbContextAsync(Token))
        {
            foreach (var name in names)
            {
                AuditTrail.Add(
                    context,
                    new Actor(Guid.Empty, name ?? "", null) { Address = name },
                    "a.b",
                    new AuditTarget("site", null, name) { SiteId = Guid.CreateVersion7() },
                    name
                );
            }

            await context.SaveChangesAsync(Token);
        }

        var found = (await Audit.VerifyAsync(Actor.Panel, anchor: null, Token)).Value;
        Assert.Equal((names.Length, null), (found.Entries, found.Fault));
    }

    [Fact]
    public async Task Secrets_are_not_in_it()
    {
        const string Canary = "canary-5f1d9c";
        var accounts = Services.GetRequiredService<AccountService>();
        var refusals = Services.GetRequiredService<AuditRefusals>();
        var visitor = Actor.Nobody with { Address = "203.0.113.9", Refusals = refusals };
        var link = (await accounts.CreateSetupLinkAsync(Token)).Value;
        await accounts.SetUpAsync(visitor, "no-" + Canary, new("a@example.org", "Ada", Canary + Canary), Token);
        Assert.Null((await accounts.SetUpAsync(visitor, link, new("a@example.org", "Ada", Canary + Canary), Token)).Problem);
        var signIn = new SignInService(Contexts, new OpenSecrets(), Time);
        var visit = new Visit(Canary, Canary);
        Assert.Null((await signIn.PasswordAsync(visitor, "a@example.org", Canary + Canary, visit, Token)).Problem);
        // A password where the address belongs, and a wrong one.
        Assert.NotNull((await signIn.PasswordAsync(visitor, Canary, "x", visit, Token)).Problem);
        Assert.NotNull((await signIn.PasswordAsync(visitor, "a@example.org", Canary, visit, Token)).Problem);
        var token = (await Services.GetRequiredService<TokenService>().CreateAsync(Actor.Panel, new NewToken("script"), null, Token)).Value;
        await refusals.WriteAsync(Token);

        var acts = (await Audit.ListAsync(Actor.Panel, new AuditFilter(), new PageRequest(), Token)).Value.Items;
        Assert.Equal(
            [
                "account.create-set-up-link Done server",
                "account.set-up Done Ada",
                "account.set-up Refused nobody",
                "account.sign-in Refused nobody",
                "account.sign-in Refused nobody",
                "token.create Done panel",
            ],
            acts.Select(entry => $"{entry.Act} {entry.Outcome} {entry.ActorName}").Order(StringComparer.Ordinal)
        );
        await using var context = await Contexts.CreateDbContextAsync(Token);
        var text = await context
            .Database.SqlQuery<string>($"SELECT string_agg(to_jsonb(e)::text, ' ') AS \"Value\" FROM audit_entries e")
            .SingleAsync(Token);
        Assert.All([Canary, link, token.Secret!], secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_flood_of_refusals_is_a_few_entries_that_say_how_many()
    {
        var refusals = Services.GetRequiredService<AuditRefusals>();
        for (var i = 0; i < 1000; i++)
        {
            var stranger = Actor.Nobody with { Address = $"198.51.100.{i % 100}", Refusals = refusals };
            Assert.Equal("not-permitted", (await Audit.ListAsync(stranger, new AuditFilter(), new PageRequest(), Token)).Problem?.Code);
        }

        await refusals.WriteAsync(Token);
        var entries = (await Audit.ListAsync(Actor.Panel, new AuditFilter(Outcome: AuditOutcome.Refused), new PageRequest(), Token))
            .Value
            .Items;
        Assert.Equal(AuditRefusals.MaxAtOnce + 1, entries.Count);
        Assert.Equal(1000, entries.Sum(entry => entry.Times));
        Assert.Contains(entries, entry => (entry.Address, entry.Code, entry.Detail) == ("198.51.100.3", "not-permitted", "audit.read"));
        Assert.Single(entries, entry => entry.Code == "too-many-refusals");
    }

    private async Task WriteAsync(int entries)
    {
        for (var i = 0; i < entries; i++)
        {
            await Organisations.CreateAsync(Actor.Panel, new CreateOrganisation($"o-{Ids.Short()}", "Food Bank"), null, Token);
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Token);
    }
}
