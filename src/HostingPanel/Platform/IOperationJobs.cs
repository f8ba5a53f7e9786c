namespace HostingPanel.Platform;

/// <summary>What the runner itself needs of the engine.</summary>
public interface IOperationJobs
{
    /// <summary>
    /// Removes the jobs of an operation that are still there and waits until their containers have gone: a worker that was killed could not
    /// do it, and whatever they work on is about to be taken back.
    /// </summary>
    Task RemoveJobsAsync(Guid operationId, CancellationToken cancellationToken);
}
