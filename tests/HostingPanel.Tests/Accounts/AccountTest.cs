using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Mail;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace HostingPanel.Tests.Accounts;

/// <summary>The use cases of accounts over a database of their own, with a clock that the test moves.</summary>
public abstract class AccountTest(PostgresFixture postgres) : IAsyncLifetime
{
    private protected const string Password = "three plain words";
    private ServiceProvider? _services;
    private string? _connection;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));

    private protected static Actor Visitor { get; } = Actor.Nobody with { Address = "203.0.113.9" };

    private protected static Visit Strange { get; } = new("Firefox on Linux", null);

    private protected SignInService SignIn => Get<SignInService>();

    private protected SessionService Sessions => Get<SessionService>();

    private protected FactorService Factors => Get<FactorService>();

    private protected T Get<T>()
        where T : notnull => _services!.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        postgres.SkipWhenAbsent();
        _connection = await postgres.CreateDatabaseAsync();
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Database:ConnectionString"] = _connection })
            .Build();
        _services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton<TimeProvider>(Time)
            .AddPanel(configuration)
            .AddSingleton<IWebSecrets, OpenSecrets>()
            .AddSignIn()
            .BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }

        if (_connection is not null)
        {
            await postgres.DropAsync(_connection);
        }
    }

    private protected Task<PanelDbContext> ContextAsync() => Get<IDbContextFactory<PanelDbContext>>().CreateDbContextAsync(Token);

    /// <summary>Makes an account with <see cref="Password"/>.</summary>
    private protected async Task<Account> AccountAsync(StaffRole? role = null, string name = "ada")
    {
        await using var context = await ContextAsync();
        var account = new Account
        {
            Id = Guid.CreateVersion7(),
            Email = $"{name}@example.org",
            NormalizedEmail = $"{name}@example.org",
            Name = name,
            PasswordHash = AccountReading.Hasher.HashPassword(null!, Password),
            PasswordChangedAt = Time.GetUtcNow(),
            Role = role,
            SecurityStamp = Guid.CreateVersion7(),
            CreatedAt = Time.GetUtcNow(),
        };
        context.Accounts.Add(account);
        await context.SaveChangesAsync(Token);
        return account;
    }

    /// <summary>Signs somebody in by password alone.</summary>
    private protected async Task<StartedSession> EnterAsync(Account account, Visit? visit = null) =>
        (await SignIn.PasswordAsync(Visitor, account.Email, Password, visit ?? Strange, Token)).Value.Session!;

    /// <summary>Sets an authenticator app up for somebody whose password is all they have; gives its key and the recovery codes.</summary>
    private protected async Task<(string Key, EnrolledSession Enrolled)> EnrolAsync(Account account, Visit? visit = null)
    {
        var half = SignInService.HalfOf(account);
        var app = Factors.NewCodes(account.Id, account.Email);
        var code = OneTimeCodes.Of(app.Secret, Time.GetUtcNow());
        var enrolled = await Factors.EnrolAsync(Visitor, half, app.Sealed, code, visit ?? Strange, Token);
        return (app.Secret, enrolled.Value);
    }

    /// <summary>An administrator in a session whose proof is fresh.</summary>
    private protected async Task<(Account Account, Actor Actor)> AdministratorAsync(string name)
    {
        var account = await AccountAsync(StaffRole.Administrator, name);
        var (_, enrolled) = await EnrolAsync(account);
        return (account, await ActorAsync(enrolled.Session));
    }

    /// <summary>Who acts in a session, with the powers of now.</summary>
    private protected async Task<Actor> ActorAsync(StartedSession session) =>
        (await Sessions.FindAsync(session.SessionId, null, Token))!.ToActor() with
        {
            SessionId = session.SessionId,
            Address = Visitor.Address,
        };

    /// <summary>The secret of the newest link that was mailed to somebody, as an administrator without a mail server finds it.</summary>
    private protected async Task<string> MailedLinkAsync(string email)
    {
        // So that the newest is one.
        Time.Advance(TimeSpan.FromSeconds(1));
        await Get<ResetRequests>().LookAsync(Token);
        var mails = (await Get<MailService>().ListAsync(Actor.Server, Token)).Value;
        var body = mails.First(mail => mail.To == email && mail.Body!.Contains("link=", StringComparison.Ordinal)).Body!;
        Time.Advance(TimeSpan.FromSeconds(1));
        return body.Split("link=")[1].Split('\n')[0];
    }

    private protected static string? CodeOf<T>(Outcome<T> outcome) => outcome.Problem?.Code;

    /// <summary>How many statements something sends to this test's database.</summary>
    private protected async Task<int> StatementsAsync(Func<Task> act)
    {
        await using var context = await ContextAsync();
        var name = context.Database.GetDbConnection().Database;
        using var counter = new StatementCounter(name);
        await act();
        return counter.Count;
    }

    private sealed class StatementCounter : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
    {
        private readonly ConcurrentBag<IDisposable> _subscriptions = [];
        private readonly string _database;
        private int _count;

        public StatementCounter(string database)
        {
            _database = database;
            _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
        }

        public int Count => _count;

        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == DbLoggerCategory.Name)
            {
                _subscriptions.Add(value.Subscribe(this));
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (
                value.Value is Microsoft.EntityFrameworkCore.Diagnostics.CommandEventData { IsAsync: true } data
                && value.Key == Microsoft.EntityFrameworkCore.Diagnostics.RelationalEventId.CommandExecuting.Name
                && data.Connection.Database == _database
            )
            {
                Interlocked.Increment(ref _count);
            }
        }

        public void OnCompleted() { }

        public void OnError(Exception error) { }

        public void Dispose()
        {
            foreach (var subscription in _subscriptions)
            {
                subscription.Dispose();
            }
        }
    }
}

/// <summary>What a real one does with keys; here a context that must be the same is enough.</summary>
internal sealed class OpenSecrets : IWebSecrets
{
    public byte[] Protect(ReadOnlySpan<byte> plain, string context) => [.. Encoding.UTF8.GetBytes($"{context}\n"), .. plain];

    public byte[]? TryUnprotect(ReadOnlySpan<byte> stored, string context)
    {
        var head = Encoding.UTF8.GetBytes($"{context}\n");
        return stored.StartsWith(head) ? stored[head.Length..].ToArray() : null;
    }
}

/// <summary>A worker that is alone.</summary>
internal sealed class NoLease : HostingPanel.Operations.IWorkerLease
{
    public bool IsHeld => true;
}
