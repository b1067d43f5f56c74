using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace HighPerf.Contracts.Locking;

/// <summary>Whether two type names mean the same in a message: an enum or a struct is nothing but its values or fields there, whatever it is called.</summary>
internal sealed class TypeComparison(ContractSet before, ContractSet after)
{
    private static readonly char[] Punctuation = ['<', '>', ',', '[', ']', '?'];

    public bool AreSame(string old, string now)
    {
        if (old == now)
        {
            return true;
        }

        var (first, second) = (Words(old), Words(now));
        return first.Count == second.Count && first.Zip(second, (a, b) => a == b || IsRenamed(a, b)).All(same => same);
    }

    private bool IsRenamed(string old, string now)
    {
        if (before.Find("enum", old) is { } oldEnum && after.Find("enum", now) is { } newEnum)
        {
            return after.Find("enum", old) is null && oldEnum.Underlying == newEnum.Underlying && oldEnum.Values.All(v => newEnum.Values.Exists(n => n.Number == v.Number && n.Name == v.Name));
        }

        return before.Find("struct", old) is { } oldStruct && after.Find("struct", now) is { } newStruct
            && oldStruct.Size == newStruct.Size && oldStruct.Members.Count == newStruct.Members.Count
            && oldStruct.Members.Zip(newStruct.Members, (a, b) => a.Name == b.Name && AreSame(a.Type, b.Type)).All(same => same);
    }

    private static List<string> Words(string type)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var c in type)
        {
            if (Array.IndexOf(Punctuation, c) < 0)
            {
                word.Append(c);
                continue;
            }

            words.Add(word.ToString());
            words.Add(c.ToString());
            word.Clear();
        }

        words.Add(word.ToString());
        return words;
    }
}
