using System.Globalization;
using System.Text;
using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Backups.Panel;

/// <summary>Writes recovery kits. Only the worker can: it opens what targets ask for and the repositories' keys.</summary>
public sealed class RecoveryKitService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly BackupStore _backups;
    private readonly SealingKeys _sealing;
    private readonly IOptions<PanelOptions> _options;
    private readonly TimeProvider _time;

    internal RecoveryKitService(
        IDbContextFactory<PanelDbContext> contexts,
        BackupStore backups,
        SealingKeys sealing,
        IOptions<PanelOptions> options,
        TimeProvider time
    ) => (_contexts, _backups, _sealing, _options, _time) = (contexts, backups, sealing, options, time);

    /// <summary>Writes one, and that it was written: it is the current one from then on.</summary>
    /// <param name="masterKey">64 hexadecimal digits.</param>
    /// <param name="webCertificate">What the web's keys are closed with, as PEM; null where there is none.</param>
    /// <param name="settings">By the names of <c>docker/lib/settings.sh</c>.</param>
    /// <param name="version">Of the program.</param>
    /// <param name="passphrase">What closes it; null or empty for an open one.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The file.</returns>
    public async Task<string> WriteAsync(
        string masterKey,
        string? webCertificate,
        IReadOnlyDictionary<string, string> settings,
        string version,
        string? passphrase,
        CancellationToken cancellationToken
    )
    {
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        var targets = new List<KitTarget>();
        foreach (
            var target in await context
                .BackupTargets.AsNoTracking()
                .Where(target => target.RetiredAt == null)
                // What is elsewhere is the likelier to be there still.
                .OrderBy(target => target.Kind == TargetKind.Local)
                .ThenBy(target => target.Id)
                .ToListAsync(cancellationToken)
        )
        {
            var repository = await _backups.EnsureRepositoryAsync(PanelRepository.SiteId, target.Id, cancellationToken);
            targets.Add(
                new KitTarget(
                    target.Name,
                    target.Kind,
                    TargetAddress.Show(target),
                    TargetAddress.Of(target, repository.Id),
                    Encoding.ASCII.GetString(_backups.OpenKey(repository)),
                    await _sealing.OpenAsync(target, cancellationToken) is { } lines ? Encoding.UTF8.GetString(lines) : null
                )
            );
        }

        var kit = new RecoveryKit
        {
            WrittenAt = _time.GetStoredNow(),
            Fingerprint = await KitFingerprint.OfAsync(context, _options.Value, cancellationToken),
            IsLocked = !string.IsNullOrEmpty(passphrase),
        };
        context.RecoveryKits.Add(kit);
        AuditTrail.Add(context, Actor.Server, AuditActs.RecoveryKitWrite, new AuditTarget("panel", null, "recovery kit"));
        await context.SaveChangesAsync(cancellationToken);
        return KitFile.Write(
            new KitContent
            {
                Number = kit.Number,
                WrittenAt = kit.WrittenAt,
                Installation = _options.Value.Installation,
                Version = version,
                Settings = settings,
                MasterKey = masterKey,
                WebCertificate = webCertificate,
                Targets = targets,
            },
            passphrase
        );
    }

    /// <summary>
    /// A part of a kit, in lines that a shell can read: <c>settings</c> (NAME=value), <c>master-key</c>, <c>web-certificate</c> (PEM; nothing in kits of before), <c>targets</c> (a line each: number,
    /// name, local or away, address), <c>target N</c> (the key and the credentials, base 64, a line each).
    /// </summary>
    /// <returns>The lines, or a refusal: <c>invalid-request</c>.</returns>
    public static Outcome<IReadOnlyList<string>> Read(string file, string? passphrase, string part)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (!KitFile.TryRead(file, passphrase, out var kit, out var fault))
        {
            return Problem.Invalid("kit", fault);
        }

        List<string>? lines = part.Split(' ') switch
        {
            ["settings"] =>
            [
                $"PANEL_INSTALLATION={kit.Installation}",
                .. kit.Settings.OrderBy(setting => setting.Key, StringComparer.Ordinal).Select(setting => $"{setting.Key}={setting.Value}"),
            ],
            ["master-key"] => [kit.MasterKey],
            ["web-certificate"] => kit.WebCertificate is { } pem ? [pem.TrimEnd()] : [],
            ["targets"] =>
            [
                .. kit
                    .Targets.Index()
                    .Select(pair =>
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{pair.Index}\t{pair.Item.Name}\t{(pair.Item.Kind == TargetKind.Local ? "local" : "away")}\t{pair.Item.Address}"
                        )
                    ),
            ],
            ["target", var number]
                when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < kit.Targets.Count =>
            [
                Convert.ToBase64String(Encoding.ASCII.GetBytes(kit.Targets[index].Key)),
                Convert.ToBase64String(Encoding.UTF8.GetBytes(kit.Targets[index].Credentials ?? string.Empty)),
            ],
            _ => null,
        };
        return lines is null ? Problem.Invalid("part", "A kit has settings, master-key, web-certificate, targets and target N.") : lines;
    }
}
