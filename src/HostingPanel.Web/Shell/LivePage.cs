using HostingPanel.Access;
using HostingPanel.Operations;
using HostingPanel.Persistence;
using Microsoft.AspNetCore.Components;

namespace HostingPanel.Web.Shell;

/// <summary>
/// A page that shows the database as it is: it loads, renders, waits for a change and loads again, until it is left. Changes that come
/// close together make one rendering.
/// </summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan Batch = TimeSpan.FromMilliseconds(100);

    /// <summary>A notification may get lost with its connection; this is how long that may go unnoticed.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(2);
    private CancellationTokenSource? _stop;
    private Task _task = Task.CompletedTask;
    private object? _subject;

    [Inject]
    private IChangeFeed Changes { get; set; } = default!;

    [Inject]
    private IServiceProvider Services { get; set; } = default!;

    /// <summary>The clock.</summary>
    [Inject]
    protected TimeProvider Time { get; set; } = default!;

    /// <summary>False until the first load has ended.</summary>
    protected bool IsLoaded { get; private set; }

    /// <summary>True while the database does not answer; what is shown is what was last known.</summary>
    protected bool IsStale { get; private set; }

    /// <summary>Ends when the page is left or shows something else.</summary>
    protected CancellationToken Stopping => _stop?.Token ?? CancellationToken.None;

    /// <summary>What the page is about, by its parameters; when it changes everything is loaded anew.</summary>
    protected abstract object Subject { get; }

    /// <summary>Whether a change is worth loading again for.</summary>
    protected virtual bool Concerns(Change change) => true;

    /// <summary>Reads what the page shows. Called anew after each change.</summary>
    protected abstract Task LoadAsync(Actor actor, CancellationToken cancellationToken);

    /// <summary>Who looks at the page, asked anew each time.</summary>
    protected Task<Actor> ActorAsync() => Services.GetRequiredService<CurrentActor>().GetAsync();

    /// <summary>Loads and shows the page once more, at once; for after an action of its own.</summary>
    protected async Task RefreshAsync()
    {
        await TryLoadAsync(Stopping);
        StateHasChanged();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        // The static first rendering shows the frame alone: one load per page, not two.
        if (!RendererInfo.IsInteractive || Subject.Equals(_subject))
        {
            return;
        }

        _subject = Subject;
        await StopAsync();
        _stop = new CancellationTokenSource();
        _task = RunAsync(_stop.Token);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    private async Task StopAsync()
    {
        if (_stop is null)
        {
            return;
        }

        await _stop.CancelAsync();
        await _task;
        _stop.Dispose();
        _stop = null;
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        using var subscription = Changes.Subscribe(Concerns);
        try
        {
            while (true)
            {
                await TryLoadAsync(cancellationToken);
                StateHasChanged();
                await subscription.WaitAsync(IsStale ? RetryInterval : PollInterval, cancellationToken);
                await Task.Delay(Batch, Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The page was left.
        }
        catch (Exception failure)
        {
            // Nobody awaits this task while the page is open; the layout's error boundary shows it.
            await DispatchExceptionAsync(failure);
        }
    }

    private async Task TryLoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LoadAsync(await ActorAsync(), cancellationToken);
            (IsLoaded, IsStale) = (true, false);
        }
        catch (Exception failure) when (DatabaseAway.Is(failure) && !cancellationToken.IsCancellationRequested)
        {
            IsStale = true;
        }
    }
}
