using System.CommandLine;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp sites hands-off</c> and <c>hp sites hands-on</c>.</summary>
internal static class HandsOffCommands
{
    public static Command Begin(HpCommand hp)
    {
        var slug = new Argument<string>("slug") { Description = "The site" };
        var reason = new Option<string>("--reason") { Description = "Why, for the others", Required = true };
        var hours = new Option<double>("--hours")
        {
            Description = "How long, at most 168; it ends by itself then",
            DefaultValueFactory = static _ => 4,
        };
        var command = new Command("hands-off", "Keep the panel from mending a site by itself while you work on it") { slug, reason, hours };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var length = parsed.GetValue(hours);
                if (length is not (> 0 and <= 168))
                {
                    throw new UsageException("--hours is more than 0 and at most 168.");
                }

                var request = new HandsOffRequest(parsed.GetValue(reason), TimeProvider.System.GetUtcNow().AddHours(length));
                var site = await session.Panel.Sites.BeginHandsOffAsync(parsed.GetValue(slug)!, request, cancellationToken);
                session.Output.Write(site, SiteCommands.Fields);
                return true;
            }
        );
        return command;
    }

    public static Command End(HpCommand hp)
    {
        var slug = new Argument<string>("slug") { Description = "The site" };
        var command = new Command("hands-on", "Let the panel mend a site by itself again") { slug };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var site = await session.Panel.Sites.EndHandsOffAsync(parsed.GetValue(slug)!, cancellationToken);
                session.Output.Write(site, SiteCommands.Fields);
                return true;
            }
        );
        return command;
    }
}
