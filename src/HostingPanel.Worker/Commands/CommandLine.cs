using System.Globalization;
using HostingPanel.Access;
using HostingPanel.Accounts;
using HostingPanel.Tokens;
using Microsoft.Extensions.Options;

namespace HostingPanel.Worker.Commands;

/// <summary>What the machine's administrator may do beside the web, through <c>./panel</c>: whoever may run this owns the engine anyway.</summary>
internal static class CommandLine
{
    /// <summary>The exit code, or null when the arguments are none of these commands.</summary>
    public static async Task<int?> RunAsync(string[] args, IServiceProvider services, CancellationToken cancellationToken) =>
        args switch
        {
            ["setup-link"] => await SetupLinkAsync(services, cancellationToken),
            ["access-link", var email] => await AccessLinkAsync(services, email, withoutFactors: false, cancellationToken),
            ["access-link", var email, "--without-second-factors"] => await AccessLinkAsync(
                services,
                email,
                withoutFactors: true,
                cancellationToken
            ),
            ["token", "create", "--name", var name] => await CreateTokenAsync(services, name, null, cancellationToken),
            ["token", "create", "--name", var name, "--expires-in-days", var days]
                when int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => await CreateTokenAsync(
                services,
                name,
                number,
                cancellationToken
            ),
            ["recovery-kit", .. var settings] => await services.GetRequiredService<KitCommand>().WriteAsync(settings, cancellationToken),
            ["panel-backup", "state"] => await services.GetRequiredService<PanelBackupCommands>().TellStateAsync(cancellationToken),
            ["panel-backup", "restore-sites", var which] => await services
                .GetRequiredService<SiteRecoveryCommand>()
                .RunAsync(which, cancellationToken),
            ["demo"] => await services.GetRequiredService<DemoCommand>().RunAsync(cancellationToken),
            [] => null,
            [var first, ..] when first.StartsWith("--", StringComparison.Ordinal) => null,
            _ => Unknown(),
        };

    private static async Task<int> SetupLinkAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var accounts = services.GetRequiredService<AccountService>();
        if (!(await accounts.CreateSetupLinkAsync(cancellationToken)).TryGet(out var secret, out var problem))
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 0;
        }

        var options = services.GetRequiredService<IOptions<PanelOptions>>().Value;
        Console.WriteLine($"{options.PublicUrl(options.PanelDomain)}/set-up?link={secret}");
        return 0;
    }

    private static async Task<int> AccessLinkAsync(
        IServiceProvider services,
        string email,
        bool withoutFactors,
        CancellationToken cancellationToken
    )
    {
        var made = await services.GetRequiredService<AccountService>().CreateAccessLinkAsync(email, withoutFactors, cancellationToken);
        if (!made.TryGet(out var secret, out var problem))
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 1;
        }

        var options = services.GetRequiredService<IOptions<PanelOptions>>().Value;
        Console.WriteLine($"{options.PublicUrl(options.PanelDomain)}/account/reset?link={secret}");
        return 0;
    }

    private static async Task<int> CreateTokenAsync(IServiceProvider services, string name, int? days, CancellationToken cancellationToken)
    {
        var expiresAt = days is { } number
            ? services.GetRequiredService<TimeProvider>().GetUtcNow().AddDays(number)
            : (DateTimeOffset?)null;
        var created = await services
            .GetRequiredService<TokenService>()
            .CreateAsync(Actor.Server, new NewToken(name, expiresAt), idempotencyKey: null, cancellationToken);
        if (!created.TryGet(out var token, out var problem))
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 1;
        }

        Console.WriteLine(token.Secret);
        return 0;
    }

    private static int Unknown()
    {
        Console.Error.WriteLine(
            "Commands: setup-link | access-link EMAIL [--without-second-factors] | token create --name NAME [--expires-in-days DAYS] | demo | recovery-kit NAME=VALUE... | panel-backup state | panel-backup restore-sites all|SLUG,SLUG..."
        );
        return 2;
    }
}
