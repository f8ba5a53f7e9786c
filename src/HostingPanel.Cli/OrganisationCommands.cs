using System.CommandLine;
using System.Security.Cryptography;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp organisations …</c>.</summary>
internal static class OrganisationCommands
{
    public static Command Build(HpCommand hp) => new("organisations", "The non-profits") { List(hp), Create(hp) };

    private static Command List(HpCommand hp)
    {
        var command = new Command("list", "Organisations by slug");
        hp.OnRun(
            command,
            async (_, session, cancellationToken) =>
            {
                var all = await Pages.AllAsync(cursor => session.Panel.Organisations.ListAsync(200, cursor, cancellationToken));
                session.Output.WriteTable(
                    all,
                    ["SLUG", "NAME", "PLAN", "SITES", "DISK"],
                    organisation =>
                        [
                            organisation.Slug,
                            organisation.Name,
                            organisation.Plan,
                            $"{organisation.Sites} of {organisation.MaxSites}",
                            $"{Output.Bytes(organisation.DiskBytes)} of {Output.Bytes(organisation.MaxDiskBytes)}{(organisation.Disk == DiskState.Within ? "" : $", {Output.Word(organisation.Disk)}")}",
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Create(HpCommand hp)
    {
        var slug = new Argument<string>("slug") { Description = "Its short name, such as food-bank" };
        var name = new Option<string>("--name") { Description = "Its name", Required = true };
        var plan = new Option<string?>("--plan") { Description = "Its plan (standard when absent)" };
        var command = new Command("create", "Make an organisation") { slug, name, plan };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var request = new CreateOrganisationRequest(parsed.GetValue(slug), parsed.GetValue(name), parsed.GetValue(plan));
                session.Output.Write(
                    await session.Panel.Organisations.CreateAsync(request, cancellationToken: cancellationToken),
                    made => [("slug", made.Slug), ("name", made.Name), ("plan", made.PlanTitle)]
                );
                return true;
            }
        );
        return command;
    }
}

/// <summary>Makes idempotency keys.</summary>
internal static class Keys
{
    /// <summary>One per command: should the HTTP client send a request again on a new connection, it stays the same request.</summary>
    public static string New() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}

/// <summary>Reads lists to their end.</summary>
internal static class Pages
{
    public static async Task<IReadOnlyList<T>> AllAsync<T>(Func<string?, Task<Page<T>>> next)
    {
        var all = new List<T>();
        string? cursor = null;
        do
        {
            var page = await next(cursor);
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        } while (cursor is not null);

        return all;
    }
}
