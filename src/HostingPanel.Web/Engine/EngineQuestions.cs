using HostingPanel.Platform;
using HostingPanel.Sites.Reconciliation;
using HostingPanel.Web.Components;

namespace HostingPanel.Web.Engine;

/// <summary>What is asked before something is removed from the engine, and the words for it.</summary>
internal static class EngineQuestions
{
    public static Confirmation Remove(UnownedView thing) =>
        new($"Remove the {Word(thing.Kind)} {thing.Name}?", thing.Message, "Remove")
        {
            IsDanger = true,
            Consequences =
            [
                "It is looked at once more before: if it has an owner by then, nothing is touched.",
                thing.Kind switch
                {
                    EngineKind.Service => "Its containers are stopped and removed. Volumes that they have mounted are kept.",
                    EngineKind.Job => "If it still runs, it is stopped. Volumes that it has mounted are kept.",
                    EngineKind.Network => "It is refused while a container is on it.",
                    EngineKind.Secret => "What is in it is gone for good. It is refused while a service uses it.",
                    EngineKind.Container => "Volumes that it has mounted are kept. It is refused while it runs.",
                    _ => throw new InvalidOperationException($"A {thing.Kind} is not removed from here."),
                },
            ],
        };

    /// <summary>What it is, in a word.</summary>
    public static string Word(EngineKind kind) =>
        kind switch
        {
            EngineKind.Service => "service",
            EngineKind.Job => "job",
            EngineKind.Network => "network",
            EngineKind.Secret => "secret",
            EngineKind.Volume => "volume",
            EngineKind.Container => "container",
            _ => throw new InvalidOperationException($"A {kind} has no word."),
        };
}
