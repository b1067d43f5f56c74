// Values of the golden vectors that take more than an expression.
#nullable enable
#pragma warning disable IDE0040
namespace HighPerf.Generated.Tests.Vectors;

internal static class VectorMakers
{
    public static HasInline MakeInline() { var h = new HasInline { Head = 5 }; for (int i = 0; i < 4; i++) h.Buf[i] = (i + 1) * 10; return h; }
    public static Node MakeSelf() { var n = new Node { Name = "self" }; n.Parent = n; return n; }
    public static Node MakeFamily() { var r = new Node { Name = "root", Kids = new() }; var a = new Node { Name = "a", Parent = r }; var b = new Node { Name = "b", Parent = r }; r.Kids.Add(a); r.Kids.Add(b); r.Kids.Add(b); return r; }
    public static Chain MakeChain(int n, bool loop) { var first = new Chain { V = 0 }; var cur = first; for (int i = 1; i < n; i++) { cur.Next = new Chain { V = i }; cur = cur.Next; } if (loop) cur.Next = first; return first; }
    public static CircHolder MakeShared() { var n = new Node { Name = "sh" }; var l = new CircLeaf { A = 1, B = "l" }; return new CircHolder { A = n, B = n, C = new[] { l, l } }; }
    public static Queue<int> MakeQueue() { var q = new Queue<int>(4); q.Enqueue(1); q.Enqueue(2); q.Enqueue(3); q.Enqueue(4); q.Dequeue(); q.Dequeue(); q.Enqueue(5); return q; }
    public static IEnumerable<string> Lazily() { yield return "l0"; yield return "l1"; }
}
