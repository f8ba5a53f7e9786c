using System.CommandLine;
using System.Globalization;
using HostingPanel.Client;

namespace HostingPanel.Cli;

/// <summary><c>hp backups targets …</c>.</summary>
internal static class TargetCommands
{
    private static readonly Option<bool> Wait = new("--wait") { Description = "Show each step and return when it has ended" };

    public static Command Build(HpCommand hp) =>
        new("targets", "The places where restore points are kept")
        {
            List(hp),
            Add(hp),
            Test(hp),
            Retire(hp),
            SetAside(hp),
            RemoveSetAside(hp),
        };

    private static Argument<Guid> Id() => new("id") { Description = "The target" };

    private static Command List(HpCommand hp)
    {
        var command = new Command("list", "All of them, by name");
        hp.OnRun(
            command,
            async (_, session, cancellationToken) =>
            {
                var all = await session.Panel.Backups.ListTargetsAsync(cancellationToken);
                session.Output.WriteTable(
                    all.Items,
                    ["ID", "NAME", "KIND", "ADDRESS", "SITES", "LAST SUCCESS", "LAST FAULT", "RETIRED"],
                    target =>
                        [
                            target.Id.ToString(),
                            target.Name,
                            Output.Word(target.Kind),
                            target.Address,
                            target.Repositories.ToString(CultureInfo.InvariantCulture),
                            Output.Time(target.LastSuccessAt),
                            target.LastFaultAt > (target.LastSuccessAt ?? DateTimeOffset.MinValue) ? target.LastFault?.Message : null,
                            Output.Time(target.RetiredAt),
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command Add(HpCommand hp)
    {
        var name = new Argument<string>("name") { Description = "What people call it" };
        var kind = new Option<TargetKind>("--kind") { Description = "sftp, s3 or rest", Required = true };
        var host = new Option<string>("--host") { Description = "The machine: a host name or an address", Required = true };
        var port = new Option<int?>("--port") { Description = "Else the kind's usual one" };
        var user = new Option<string?>("--user") { Description = "The login of SFTP" };
        var path = new Option<string>("--path") { Description = "/directory, /bucket/prefix or /path", Required = true };
        var plain = new Option<bool>("--plain-http") { Description = "The S3 or REST server speaks plain HTTP" };
        var limit = new Option<int?>("--upload-kib") { Description = "Send no more than so many KiB/s" };
        var files = new Option<string[]>("--credential-file")
        {
            Description =
                "name=file, once for each credential (sshKey, sshKnownHosts; accessKeyId, secretAccessKey; username, password): never an argument",
        };
        var command = new Command("add", "Add a place; the next restore points lie there, too")
        {
            name,
            kind,
            host,
            port,
            user,
            path,
            plain,
            limit,
            files,
        };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                var target = await session.Panel.Backups.AddTargetAsync(
                    new NewBackupTargetRequest(
                        parsed.GetValue(name),
                        parsed.GetValue(kind),
                        parsed.GetValue(host),
                        parsed.GetValue(port),
                        parsed.GetValue(user),
                        parsed.GetValue(path),
                        !parsed.GetValue(plain),
                        parsed.GetValue(limit),
                        await ReadAsync(parsed.GetValue(files) ?? [], cancellationToken)
                    ),
                    Keys.New(),
                    cancellationToken
                );
                session.Output.Write(target, Fields);
                return true;
            }
        );
        return command;
    }

    private static Command Test(HpCommand hp)
    {
        var id = Id();
        var command = new Command("test", "Keep something small there and read it back") { id, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Backups.TestTargetAsync(parsed.GetValue(id), Keys.New(), cancellationToken),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command Retire(HpCommand hp)
    {
        var id = Id();
        var command = new Command("retire", "Keep nothing new there; what lies there can be restored further on") { id };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
            {
                await session.Panel.Backups.RetireTargetAsync(parsed.GetValue(id), cancellationToken);
                return true;
            }
        );
        return command;
    }

    private static Command SetAside(HpCommand hp)
    {
        var command = new Command("set-aside", "Repositories that were set aside because they are damaged");
        hp.OnRun(
            command,
            async (_, session, cancellationToken) =>
            {
                var all = await session.Panel.Backups.ListSetAsideAsync(cancellationToken);
                session.Output.WriteTable(
                    all.Items,
                    ["ID", "SITE", "TARGET", "SINCE", "SIZE", "WHOLE", "WHAT IS WRONG"],
                    aside =>
                        [
                            aside.Id.ToString(),
                            aside.Site + (aside.SitePurged ? " (purged)" : string.Empty),
                            aside.Target,
                            Output.Time(aside.SetAsideAt),
                            Output.Bytes(aside.Bytes),
                            string.Create(CultureInfo.InvariantCulture, $"{aside.Whole} of {aside.Copies}"),
                            aside.RemovedBy is null ? aside.Fault : "is being removed",
                        ]
                );
                return true;
            }
        );
        return command;
    }

    private static Command RemoveSetAside(HpCommand hp)
    {
        var id = new Argument<Guid>("id") { Description = "Its id, as hp backups targets set-aside shows it" };
        var confirm = new Option<string>("--confirm") { Description = "The name of its site: it does not come back", Required = true };
        var command = new Command("remove-set-aside", "Remove one of those with all that lies in it, for good") { id, confirm, Wait };
        hp.OnRun(
            command,
            async (parsed, session, cancellationToken) =>
                await OperationCommands.FinishAsync(
                    session,
                    await session.Panel.Backups.RemoveSetAsideAsync(
                        parsed.GetValue(id),
                        parsed.GetValue(confirm)!,
                        Keys.New(),
                        cancellationToken
                    ),
                    parsed.GetValue(Wait),
                    cancellationToken
                )
        );
        return command;
    }

    private static async Task<Dictionary<string, string>?> ReadAsync(string[] files, CancellationToken cancellationToken)
    {
        var credentials = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (file.Split('=', 2) is not [{ Length: > 0 } name, { Length: > 0 } path])
            {
                throw new UsageException($"--credential-file wants name=file, such as password=/root/rest-password; “{file}” is not that.");
            }

            try
            {
                credentials[name] = (await File.ReadAllTextAsync(path, cancellationToken)).TrimEnd('\n', '\r');
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"{path} can't be read: {failure.Message}");
            }
        }

        return credentials.Count == 0 ? null : credentials;
    }

    private static IEnumerable<(string, string?)> Fields(BackupTarget target) =>
        [("id", target.Id.ToString()), ("name", target.Name), ("kind", Output.Word(target.Kind)), ("address", target.Address)];
}
