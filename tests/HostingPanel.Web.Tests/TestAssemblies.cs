using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace HostingPanel.Web.Tests;

/// <summary>Answers for AngleSharp.Diffing, which bUnit asks for under a version that the recipe in .build/BUnit.props can't give.</summary>
internal static class TestAssemblies
{
    [ModuleInitializer]
    internal static void ResolveDiffing() =>
        AssemblyLoadContext.Default.Resolving += static (context, name) =>
            name.Name == "AngleSharp.Diffing"
                ? context.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "AngleSharp.Diffing.dll"))
                : null;
}
