using System.Reflection;
using System.Reflection.Emit;

namespace HighPerf.Generated.Tests.Views;

/// <summary>
/// Everything that a view says, member by member and element by element, in a list. A view cannot be boxed, so reflection cannot look at it: methods are made that do.
/// </summary>
internal static class ViewDump
{
    private static readonly Dictionary<Type, DynamicMethod> s_methods = [];
    private static readonly MethodInfo s_add = typeof(List<object?>).GetMethod(nameof(List<object?>.Add))!;
    private static readonly MethodInfo s_span = typeof(ReadOnlySpan<byte>).GetMethods().Single(m => m.Name == "op_Implicit" && m.GetParameters()[0].ParameterType == typeof(byte[]));

    /// <summary>Looks at all of a contract's view, and gives the object that it makes.</summary>
    public static Func<byte[], List<object?>, object?> Of(Type view)
    {
        var method = new DynamicMethod($"Top{view.Name}", typeof(object), [typeof(byte[]), typeof(List<object?>)], typeof(ViewDump).Module, true);
        var il = method.GetILGenerator();
        var local = il.DeclareLocal(view);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, s_span);
        il.Emit(OpCodes.Call, view.GetMethod("Of", [typeof(ReadOnlySpan<byte>)])!);
        il.Emit(OpCodes.Stloc, local);
        il.Emit(OpCodes.Ldloc, local);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Call, MethodFor(view));
        il.Emit(OpCodes.Ldloca, local);
        var toObject = view.GetMethod("ToObject")!;
        il.Emit(OpCodes.Call, toObject);
        il.Emit(OpCodes.Box, toObject.ReturnType);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<byte[], List<object?>, object?>>();
    }

    /// <summary>The members of a view, in its order.</summary>
    public static IEnumerable<PropertyInfo> Members(Type view) => view.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Where(p => p.Name is not ("IsNull" or "Tag" or "Header")).OrderBy(p => p.MetadataToken);

    /// <summary>The cases of a union's view.</summary>
    public static IEnumerable<MethodInfo> Cases(Type view) => view.GetMethods().Where(m => m.Name.StartsWith("TryGet", StringComparison.Ordinal)).OrderBy(m => m.MetadataToken);

    private static DynamicMethod MethodFor(Type view)
    {
        if (s_methods.TryGetValue(view, out var known))
        {
            return known;
        }

        var method = new DynamicMethod($"Dump{view.Name}", null, [view, typeof(List<object?>)], typeof(ViewDump).Module, true);
        s_methods.Add(view, method);
        var il = method.GetILGenerator();
        if (view == typeof(TextView))
        {
            Call(il, view, nameof(TextView.Decode));
            Log(il, typeof(string));
        }
        else
        {
            if (view.GetProperty("IsNull") is { } isNull)
            {
                var there = il.DefineLabel();
                Call(il, view, isNull.GetMethod!.Name);
                il.Emit(OpCodes.Brfalse, there);
                il.Emit(OpCodes.Ldstr, "null");
                Log(il, typeof(string));
                il.Emit(OpCodes.Ret);
                il.MarkLabel(there);
            }

            if (view.GetMethod("GetEnumerator") is { } enumerate)
            {
                Elements(il, view, enumerate);
            }
            else
            {
                Parts(il, view);
            }
        }

        il.Emit(OpCodes.Ret);
        return method;
    }

    private static void Elements(ILGenerator il, Type view, MethodInfo enumerate)
    {
        var enumerator = il.DeclareLocal(enumerate.ReturnType);
        var (next, end) = (il.DefineLabel(), il.DefineLabel());
        Call(il, view, "get_Count");
        Log(il, typeof(int));
        Call(il, view, enumerate.Name);
        il.Emit(OpCodes.Stloc, enumerator);
        il.MarkLabel(next);
        il.Emit(OpCodes.Ldloca, enumerator);
        il.Emit(OpCodes.Call, enumerate.ReturnType.GetMethod("MoveNext")!);
        il.Emit(OpCodes.Brfalse, end);
        il.Emit(OpCodes.Ldloca, enumerator);
        var current = enumerate.ReturnType.GetProperty("Current")!;
        il.Emit(OpCodes.Call, current.GetMethod!);
        Log(il, current.PropertyType);
        il.Emit(OpCodes.Br, next);
        il.MarkLabel(end);
    }

    private static void Parts(ILGenerator il, Type view)
    {
        foreach (var member in Members(view))
        {
            Call(il, view, member.GetMethod!.Name);
            Log(il, member.PropertyType);
        }

        foreach (var one in Cases(view))
        {
            var type = one.GetParameters()[0].ParameterType.GetElementType()!;
            var value = il.DeclareLocal(type);
            var other = il.DefineLabel();
            il.Emit(OpCodes.Ldarga, 0);
            il.Emit(OpCodes.Ldloca, value);
            il.Emit(OpCodes.Call, one);
            il.Emit(OpCodes.Brfalse, other);
            il.Emit(OpCodes.Ldstr, one.Name);
            Log(il, typeof(string));
            il.Emit(OpCodes.Ldloc, value);
            Log(il, type);
            il.MarkLabel(other);
        }
    }

    private static void Call(ILGenerator il, Type view, string method)
    {
        il.Emit(OpCodes.Ldarga, 0);
        il.Emit(OpCodes.Call, view.GetMethod(method, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic, Type.EmptyTypes)!);
    }

    private static void Log(ILGenerator il, Type type)
    {
        if (type.IsByRefLike)
        {
            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Call, MethodFor(type));
            return;
        }

        var value = il.DeclareLocal(typeof(object));
        il.Emit(OpCodes.Box, type);
        il.Emit(OpCodes.Stloc, value);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldloc, value);
        il.Emit(OpCodes.Call, s_add);
    }
}
