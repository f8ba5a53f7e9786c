namespace HostingPanel.Cli;

/// <summary>A file that a command writes.</summary>
internal static class NewFile
{
    /// <summary>Writes an answer to a new file that only its owner reads, and tells what it has written. Where nothing came there is no file.</summary>
    /// <param name="session">Whose panel and output.</param>
    /// <param name="file">The file; refused when it is there.</param>
    /// <param name="open">Asks for what is written.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task SaveAsync(
        Session session,
        FileInfo file,
        Func<Task<HttpResponseMessage>> open,
        CancellationToken cancellationToken
    )
    {
        if (file.Exists)
        {
            throw new UsageException($"{file.FullName} is there already. Nothing was written over; name another file.");
        }

        // Before it is asked for: a key is given once.
        await using var into = new FileStream(
            file.FullName,
            new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }
        );
        try
        {
            using var answer = await open();
            await answer.Content.CopyToAsync(into, cancellationToken);
        }
        finally
        {
            if (into.Length == 0)
            {
                file.Delete();
            }
        }

        if (!session.Output.IsJson)
        {
            session.Output.Line($"{file.FullName}: {Output.Bytes(into.Length)}");
        }
    }
}
