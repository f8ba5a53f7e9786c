using System.Security.Cryptography;
using HostingPanel.Access;
using HostingPanel.Audit;
using HostingPanel.Persistence;
using HostingPanel.Platform;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace HostingPanel.Sites;

/// <summary>Where uploaded archives lie. Configuration section <c>Uploads</c>.</summary>
public sealed class UploadOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Uploads";

    /// <summary>A directory that web and worker share.</summary>
    public string Directory { get; set; } = "/var/lib/hostingpanel/uploads";

    /// <summary>The largest archive in bytes.</summary>
    public long MaxBytes { get; set; } = 512L << 20;

    /// <summary>What an archive may unpack to, in bytes.</summary>
    public long MaxUnpackedBytes { get; set; } = 2048L << 20;

    /// <summary>How many files and directories an archive may have.</summary>
    public int MaxFiles { get; set; } = 200_000;
}

/// <summary>An uploaded archive as it is shown.</summary>
public sealed record UploadView(Guid Id, string FileName, long Bytes, string Sha256);

/// <summary>Takes in archives of code.</summary>
public sealed class UploadService
{
    private readonly IDbContextFactory<PanelDbContext> _contexts;
    private readonly IOptions<UploadOptions> _options;
    private readonly FreeSpace _space;
    private readonly TimeProvider _time;

    internal UploadService(
        IDbContextFactory<PanelDbContext> contexts,
        IOptions<UploadOptions> options,
        FreeSpace space,
        TimeProvider time
    ) => (_contexts, _options, _space, _time) = (contexts, options, space, time);

    private static readonly string[] ArchiveEndings = [".tar", ".tar.gz", ".tgz", ".zip"];

    /// <summary>
    /// Stores an archive (<c>.tar</c>, <c>.tar.gz</c>, <c>.tgz</c> or <c>.zip</c>). Refused: <c>invalid-request</c>, <c>upload-too-large</c>,
    /// <c>no-disk-space</c>, <c>idempotency-key-reused</c>.
    /// </summary>
    /// <param name="actor">Who sends it.</param>
    /// <param name="fileName">Its name, for people.</param>
    /// <param name="content">Its bytes; read to their end, whatever the key says: only they tell whether it is the same request.</param>
    /// <param name="idempotencyKey">Same key, name and bytes: the same upload again.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task<Outcome<UploadView>> StoreAsync(
        Actor actor,
        string? fileName,
        Stream content,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        if ((AccessPolicy.CheckAnywhere(actor, Permission.CreateSites) ?? Idempotency.Fault(idempotencyKey)) is { } problem)
        {
            return problem;
        }

        if (SiteRules.TextFault(fileName, "A file name", 200) is { } fault || !HasArchiveName(fileName!))
        {
            return Problem.Invalid("file", "An archive is a .tar, .tar.gz, .tgz or .zip file with a plain name.");
        }

        if (_space.Fault() is { } full)
        {
            return full;
        }

        var id = Ids.New(_time);
        Directory.CreateDirectory(_options.Value.Directory);
        var partial = PathOf(id) + ".partial";
        try
        {
            if (await CopyAsync(content, partial, cancellationToken) is not { } copied)
            {
                return new Problem(
                    ProblemKind.LimitReached,
                    "upload-too-large",
                    $"The archive is larger than {_options.Value.MaxBytes >> 20} MB. Leave out what the site does not need."
                );
            }

            var upload = new CodeUpload
            {
                Id = id,
                FileName = fileName!,
                Bytes = copied.Bytes,
                Sha256 = copied.Sha256,
                UploadedById = actor.Id,
                CreatedAt = _time.GetUtcNow(),
            };
            return await KeepAsync(actor, upload, partial, idempotencyKey, cancellationToken);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private async Task<Outcome<UploadView>> KeepAsync(
        Actor actor,
        CodeUpload upload,
        string partial,
        string? idempotencyKey,
        CancellationToken cancellationToken
    )
    {
        var hash = Idempotency.HashOf("create-upload", new { upload.FileName, upload.Sha256 });
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        if (!(await Idempotency.FindAsync(context, actor, idempotencyKey, hash, cancellationToken)).TryGet(out var known, out var problem))
        {
            return problem;
        }

        if (known is { } made)
        {
            var same = await context.CodeUploads.AsNoTracking().SingleOrDefaultAsync(other => other.Id == made, cancellationToken);
            return same is null ? Idempotency.Gone("upload") : View(same);
        }

        // The row comes last: a crash before it leaves a file that nobody points to, never a row without its file.
        File.Move(partial, PathOf(upload.Id));
        context.CodeUploads.Add(upload);
        AuditTrail.Add(context, actor, AuditActs.UploadCreate, new AuditTarget("upload", upload.Id, upload.FileName));
        Idempotency.Remember(context, actor, idempotencyKey, hash, upload.Id, _time);
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return View(upload);
    }

    private static UploadView View(CodeUpload upload) =>
        new(upload.Id, upload.FileName, upload.Bytes, Convert.ToHexStringLower(upload.Sha256));

    internal string PathOf(Guid id) => Path.Combine(_options.Value.Directory, id.ToString("N"));

    private static bool HasArchiveName(string name) => ArchiveEndings.Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    private sealed record Copied(long Bytes, byte[] Sha256);

    private async Task<Copied?> CopyAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = File.Create(path);
        var buffer = new byte[81920];
        long bytes = 0;
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0; )
        {
            bytes += read;
            if (bytes > _options.Value.MaxBytes)
            {
                return null;
            }

            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return new Copied(bytes, hash.GetHashAndReset());
    }
}
