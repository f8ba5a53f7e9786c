using HostingPanel.Access;
using HostingPanel.Audit;

namespace HostingPanel.Web.ClientArea;

/// <summary>Entries of the audit as sentences.</summary>
internal static class ActivityWords
{
    /// <summary>What was done, after “to” and after who did it; <c>{0}</c> is what it was done to.</summary>
    private static readonly Dictionary<string, (string Do, string Done)> Acts = new(StringComparer.Ordinal)
    {
        ["site.create"] = ("set up {0}", "set up {0}"),
        ["site.start"] = ("switch {0} on", "switched {0} on"),
        ["site.stop"] = ("switch {0} off", "switched {0} off"),
        ["site.restart"] = ("restart {0}", "restarted {0}"),
        ["site.trash"] = ("move {0} to the trash", "moved {0} to the trash"),
        ["site.untrash"] = ("take {0} out of the trash", "took {0} out of the trash"),
        ["site.purge"] = ("delete {0} for good", "deleted {0} for good"),
        ["site.heal"] = ("put {0} right", "put {0} right"),
        ["site.update"] = ("change the settings of {0}", "changed the settings of {0}"),
        ["site.log-in"] = ("log in to the administration of {0}", "opened the way into the administration of {0}"),
        ["site.change-domains"] = ("change the addresses of {0}", "changed the addresses of {0}"),
        ["certificate.obtain"] = ("get a certificate for {0}", "got a certificate for {0}"),
        ["certificate.install"] = ("change the certificate of {0}", "changed the certificate of {0}"),
        ["site.add-domain"] = ("add an address to {0}", "added an address to {0}"),
        ["site.check-domain"] = ("have an address of {0} checked", "had an address of {0} checked"),
        ["site.verify-domain"] = ("verify an address of {0}", "verified an address of {0}"),
        ["site.accept-domain"] = ("accept an address of {0}", "accepted an address of {0}"),
        ["site.remove-domain"] = ("remove an address of {0}", "removed an address of {0}"),
        ["site.release-domain"] = ("give an address of {0} free", "gave an address of {0} free, for nobody had shown whose it is"),
        ["site.drill-disposability"] = ("test {0}", "tested {0}"),
        ["site.set-traffic"] = ("change how visitors of {0} are treated", "changed how visitors of {0} are treated"),
        ["site.begin-hands-off"] = ("work on {0} by hand", "began to work on {0} by hand"),
        ["site.end-hands-off"] = ("end the work on {0} by hand", "ended the work on {0} by hand"),
        ["backup.take"] = ("back up {0}", "backed up {0}"),
        ["backup.restore-as-new"] = ("make the copy {0}", "made the copy {0}"),
        ["backup.restore-in-place"] = ("bring {0} back to a backup", "brought {0} back to a backup"),
        ["backup.undo-restore"] = ("undo that {0} went back to a backup", "undid that {0} went back to a backup"),
        ["backup.drill"] = ("test a backup of {0}", "tested a backup of {0}"),
        ["backup.browse"] = ("look into a backup of {0}", "looked into a backup of {0}"),
        ["backup.fetch"] = ("prepare a download of {0}", "prepared a download of {0}"),
        ["backup.put-back-files"] = ("put files back beside those of {0}", "put files back beside those of {0}"),
        ["backup.put-back-tables"] = ("put data back beside that of {0}", "put data back beside that of {0}"),
        ["backup.delete"] = ("delete a backup of {0}", "deleted a backup of {0}"),
        ["backup.apply-retention"] = ("remove old backups of {0}", "removed old backups of {0}"),
        ["repository.check"] = ("check the backups of {0}", "checked the backups of {0}"),
        ["repository.export-key"] = ("take out the key to the backups of {0}", "took out the key to the backups of {0}"),
        ["download.take"] = ("download {0}", "downloaded {0}"),
        ["download.delete"] = ("remove the download {0}", "removed the download {0}"),
        ["policy.set"] = ("change when {0} is backed up", "changed when {0} is backed up"),
        ["policy.reset"] = ("change when {0} is backed up", "changed when {0} is backed up"),
        ["cron.run"] = ("do the regular work of {0}", "did the regular work of {0}"),
        ["volume.measure"] = ("measure the size of {0}", "measured the size of {0}"),
        ["volume.clone"] = ("copy files of {0}", "copied files of {0}"),
        ["volume.trash"] = ("move files of {0} to the trash", "moved files of {0} to the trash"),
        ["volume.untrash"] = ("take files of {0} out of the trash", "took files of {0} out of the trash"),
        ["volume.purge"] = ("delete files of {0} for good", "deleted files of {0} for good"),
        ["member.add"] = ("take {0} in", "took {0} in"),
        ["member.change"] = ("change the role of {0}", "changed the role of {0}"),
        ["member.remove"] = ("remove {0}", "removed {0}"),
        ["member.give-site-access"] = ("let {0} work on a site", "let {0} work on a site for a time"),
        ["member.take-site-access"] = ("end the access of {0}", "ended the access of {0}"),
        ["invitation.make"] = ("invite {0}", "invited {0}"),
        ["invitation.resend"] = ("invite {0} again", "invited {0} again"),
        ["invitation.withdraw"] = ("withdraw the invitation of {0}", "withdrew the invitation of {0}"),
        ["invitation.accept"] = ("accept the invitation of {0}", "accepted the invitation of {0}"),
        ["token.create"] = ("make the key {0}", "made the key {0}"),
        ["token.revoke"] = ("end the key {0}", "ended the key {0}"),
        ["token.use"] = ("use the key {0}", "used the key {0}"),
        ["organisation.create"] = ("set up the organisation", "set up the organisation"),
        ["organisation.delete"] = ("remove the organisation", "removed the organisation"),
        ["organisation.update"] = ("change the organisation’s name or plan", "changed the organisation’s name or plan"),
        ["operation.cancel"] = ("stop what was being done to {0}", "stopped what was being done to {0}"),
        ["access.use"] = ("do something with {0}", "did something with {0}"),
    };

    /// <summary>An entry as a sentence.</summary>
    public static string Of(AuditEntryView entry)
    {
        var (infinitive, past) = Acts.TryGetValue(entry.Act, out var known)
            ? (Fill(known.Do, entry), Fill(known.Done, entry))
            : ($"do “{entry.Act}” with {WhatOf(entry)}", $"did “{entry.Act}” with {WhatOf(entry)}");
        return entry.Outcome switch
        {
            AuditOutcome.Accepted => $"{WhoOf(entry)} asked to {infinitive}.",
            AuditOutcome.Done => $"{WhoOf(entry)} {past}.",
            AuditOutcome.Refused => $"{WhoOf(entry)} was not allowed to {infinitive}.",
            AuditOutcome.Failed => $"{WhoOf(entry)} could not {infinitive}.",
            AuditOutcome.Cancelled => $"Somebody stopped it before it was done: to {infinitive}.",
            _ => throw new InvalidOperationException($"Outcome {entry.Outcome} has no sentence."),
        };
    }

    /// <summary>More about it that says something to a client; the rest is the provider's.</summary>
    public static string? DetailOf(AuditEntryView entry) =>
        entry.Act.StartsWith("member.", StringComparison.Ordinal)
        || entry.Act.StartsWith("invitation.", StringComparison.Ordinal)
        || entry.Act.EndsWith("-domain", StringComparison.Ordinal)
            ? entry.Detail
            : null;

    /// <summary>True when words are written down for an act.</summary>
    public static bool Knows(string act) => Acts.ContainsKey(act);

    private static string Fill(string words, AuditEntryView entry) => words.Replace("{0}", WhatOf(entry), StringComparison.Ordinal);

    private static string WhatOf(AuditEntryView entry) => entry.TargetName is { Length: > 0 } name ? name : "something";

    private static string WhoOf(AuditEntryView entry) =>
        entry.ActorKind switch
        {
            ActorKind.Panel => "The panel",
            ActorKind.Server => "Your provider",
            ActorKind.Nobody => "Somebody who was not signed in",
            // It acts by the name of token “…” (TokenCheck); to clients it is a key.
            ActorKind.Token => $"The {entry.ActorName.Replace("token “", "key “", StringComparison.Ordinal)}",
            _ when Enum.TryParse<StaffRole>(entry.ActorRole, out _) => $"{entry.ActorName} (your provider)",
            _ => entry.ActorName,
        };
}
