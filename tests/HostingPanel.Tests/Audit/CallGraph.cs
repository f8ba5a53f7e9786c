using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace HostingPanel.Tests.Audit;

/// <summary>Which methods a method may come to, read from the program's instructions, through its lambdas and awaits.</summary>
internal static class CallGraph
{
    private static readonly Dictionary<short, OpCode> OneByte = [];
    private static readonly Dictionary<short, OpCode> TwoBytes = [];

    static CallGraph()
    {
        foreach (var field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var code = (OpCode)field.GetValue(null)!;
            (code.Size == 1 ? OneByte : TwoBytes)[(short)(code.Value & 0xff)] = code;
        }
    }

    /// <summary>Everything that a method may call; what lies in other assemblies is named, not followed.</summary>
    public static IReadOnlyCollection<MethodBase> ReachedFrom(MethodBase start)
    {
        var reached = new HashSet<MethodBase>();
        var waiting = new Stack<MethodBase>([start]);
        while (waiting.TryPop(out var method))
        {
            if (!reached.Add(method) || method.Module != start.Module)
            {
                continue;
            }

            foreach (var next in CallsOf(method).Concat(StateMachineOf(method)))
            {
                waiting.Push(next is MethodInfo { IsGenericMethod: true } generic ? generic.GetGenericMethodDefinition() : next);
            }
        }

        return reached;
    }

    private static IEnumerable<MethodBase> StateMachineOf(MethodBase method) =>
        method.GetCustomAttribute<StateMachineAttribute>() is { } attribute
            ? attribute.StateMachineType.GetMethods(
                BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly
            )
            : [];

    private static IEnumerable<MethodBase> CallsOf(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
        {
            yield break;
        }

        var typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length; )
        {
            var operation = code[at] == 0xfe ? TwoBytes[code[++at]] : OneByte[code[at]];
            at++;
            if (operation.OperandType == OperandType.InlineMethod)
            {
                yield return method.Module.ResolveMethod(BitConverter.ToInt32(code, at), typeArguments, methodArguments)!;
            }

            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }
}
