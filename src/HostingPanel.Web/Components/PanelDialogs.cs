using HostingPanel.Web.Shell;
using Microsoft.AspNetCore.Components;
using Radzen;

namespace HostingPanel.Web.Components;

/// <summary>Opens dialogs of one look.</summary>
internal static class PanelDialogs
{
    /// <summary>Asks, does, and says whether it was done.</summary>
    public static async Task<bool> ConfirmAsync<T>(
        this DialogService dialogs,
        Confirmation confirmation,
        Func<Task<Outcome<T>>> confirmed
    ) =>
        await dialogs.OpenAsync(
            confirmation.Title,
            service =>
                builder =>
                {
                    builder.OpenComponent<ConfirmDialog>(0);
                    builder.AddComponentParameter(1, nameof(ConfirmDialog.Confirmation), confirmation);
                    builder.AddComponentParameter(
                        2,
                        nameof(ConfirmDialog.OnConfirm),
                        async Task<Problem?> () => (await DatabaseTrouble.AsProblemAsync(confirmed)).Problem
                    );
                    builder.AddComponentParameter(
                        3,
                        nameof(ConfirmDialog.OnDone),
                        EventCallback.Factory.Create(service, () => service.Close(true))
                    );
                    builder.AddComponentParameter(
                        4,
                        nameof(ConfirmDialog.OnCancel),
                        EventCallback.Factory.Create(service, () => service.Close(false))
                    );
                    builder.CloseComponent();
                },
            Options("34rem")
        )
            is true;

    /// <summary>Opens a form and gives what it closed with.</summary>
    public static async Task<TResult?> ShowAsync<TDialog, TResult>(
        this DialogService dialogs,
        string title,
        Dictionary<string, object?> parameters,
        string width = "36rem"
    )
        where TDialog : ComponentBase
        where TResult : class => await dialogs.OpenAsync<TDialog>(title, parameters, Options(width)) as TResult;

    private static DialogOptions Options(string width) =>
        new()
        {
            Width = $"min({width}, calc(100vw - 1.5rem))",
            CloseDialogOnOverlayClick = false,
            CloseDialogOnEsc = true,
            AutoFocusFirstElement = true,
            ShowClose = true,
            CloseAriaLabel = "Close",
        };
}
