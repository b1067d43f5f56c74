namespace HighPerf.Generated.Tests.Contracts;

[Document(Layout = ContractLayout.VersionTolerant)]
public sealed partial record AnyTolerant([property: MemberOrder(0)] int A, [property: MemberOrder(3)] string B, [property: MemberOrder(4)] decimal C, [property: MemberOrder(5)] List<string> D, [property: MemberOrder(9)] AnyTree E);
