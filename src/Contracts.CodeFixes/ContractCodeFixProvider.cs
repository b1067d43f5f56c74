using System;
using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using HighPerf.Contracts.Locking;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Text;

namespace HighPerf.Contracts.CodeFixes;

/// <summary>A code fix for each way out of an incompatible change: keep the name, alias, member name, new version, upcast, accept.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ContractCodeFixProvider))]
[Shared]
public sealed class ContractCodeFixProvider : CodeFixProvider
{
    private static readonly string[] s_versionable = ["HP0302", "HP0303", "HP0304", "HP0305", "HP0306", "HP0308"];

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["HP0301", "HP0302", "HP0303", "HP0304", "HP0305", "HP0306", "HP0307", "HP0308", "HP0309"];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            var node = root?.FindNode(diagnostic.Location.SourceSpan);
            if (node?.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type && DeclarationEdits.AttributeOf(type) is { } attribute)
            {
                Register(context, diagnostic, node, type, attribute);
            }

            var document = context.Document;
            Add(context, diagnostic, "Accept all contract changes into contracts.lock", "accept", ct => AcceptAsync(document.Project, ct));
        }
    }

    private static void Register(CodeFixContext context, Diagnostic diagnostic, SyntaxNode node, TypeDeclarationSyntax type, AttributeSyntax attribute)
    {
        var document = context.Document;
        var before = Property(diagnostic, ContractChange.Before);
        var member = Property(diagnostic, ContractChange.MemberBefore);
        var version = int.TryParse(Property(diagnostic, ContractChange.Version), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1;
        switch (diagnostic.Id)
        {
            case "HP0301":
                Replace(context, diagnostic, $"Receive under the former name '{before}', too", "alias", attribute, DeclarationEdits.WithAlias(attribute, before));
                Replace(context, diagnostic, $"Keep the wire name '{before}'", "name", attribute, DeclarationEdits.WithName(attribute, before));
                break;
            case "HP0303" when node.FirstAncestorOrSelf<SyntaxNode>(n => n is ParameterSyntax or PropertyDeclarationSyntax or FieldDeclarationSyntax) is { } renamed:
                Replace(context, diagnostic, $"Keep the name '{member}' in messages", "member", renamed, WithMemberName(renamed, member));
                break;
            case "HP0306" when node.FirstAncestorOrSelf<ParameterSyntax>() is { Type: { } parameterType, Default: null } parameter:
                var optional = parameter.WithDefault(SyntaxFactory.EqualsValueClause(SyntaxFactory.LiteralExpression(SyntaxKind.DefaultLiteralExpression)))
                    .WithType(parameterType is NullableTypeSyntax ? parameterType : SyntaxFactory.NullableType(parameterType.WithoutTrivia()).WithTriviaFrom(parameterType));
                Replace(context, diagnostic, "Make it optional", "optional", parameter, optional.WithAdditionalAnnotations(Formatter.Annotation));
                break;
            case "HP0309" when member.Length > 0:
                Replace(context, diagnostic, $"Receive under the former name '{member}', too", "alias", attribute, DeclarationEdits.WithAlias(attribute, member));
                break;
        }

        if (s_versionable.Contains(diagnostic.Id) && Property(diagnostic, ContractChange.Kind) is "command" or "event" or "document")
        {
            Replace(context, diagnostic, $"Make it version {version + 1}", "version", attribute, WithVersion(attribute, version + 1));
            Add(context, diagnostic, $"Make it version {version + 1} and read version {version}", "upcast", ct => UpcastAsync(document, type, attribute, diagnostic, ct));
        }
    }

    private static AttributeSyntax WithVersion(AttributeSyntax attribute, int version)
        => DeclarationEdits.With(attribute, "Version", SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(version)));

    private static SyntaxNode WithMemberName(SyntaxNode node, string name)
    {
        var list = SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(
            SyntaxFactory.Attribute(SyntaxFactory.ParseName("HighPerf.MemberName").WithAdditionalAnnotations(Microsoft.CodeAnalysis.Simplification.Simplifier.Annotation))
                .AddArgumentListArguments(SyntaxFactory.AttributeArgument(DeclarationEdits.Text(name)))));
        if (node is ParameterSyntax parameter)
        {
            return parameter.WithoutLeadingTrivia().AddAttributeLists(list.WithTrailingTrivia(SyntaxFactory.Space)).WithLeadingTrivia(parameter.GetLeadingTrivia());
        }

        var member = (MemberDeclarationSyntax)node;
        var own = list.WithLeadingTrivia(member.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed);
        return member.WithoutLeadingTrivia().WithAttributeLists(member.AttributeLists.Insert(0, own)).WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>The new version, the type that stands for the old one, and the method between them.</summary>
    private static async Task<Solution> UpcastAsync(Document document, TypeDeclarationSyntax type, AttributeSyntax attribute, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var compilation = await document.Project.GetCompilationAsync(cancellationToken).ConfigureAwait(false);
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        if (compilation is null || root is null || LockOf(document.Project) is not { } file
            || ContractSet.Parse((await file.GetTextAsync(cancellationToken).ConfigureAwait(false)).ToString(), fromFile: true)
                .Find(Property(diagnostic, ContractChange.Kind), Property(diagnostic, ContractChange.Before)) is not { } before)
        {
            return document.Project.Solution;
        }

        var name = type.Identifier.ValueText;
        var method = EarlierVersion.Method(before, name);
        var changed = type.ReplaceNode(attribute, WithVersion(attribute, before.Version + 1));
        if (changed.OpenBraceToken.IsKind(SyntaxKind.None))
        {
            changed = (TypeDeclarationSyntax)changed
                .WithSemicolonToken(default)
                .WithOpenBraceToken(SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithLeadingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed))
                .WithCloseBraceToken(SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithTrailingTrivia(type.GetTrailingTrivia()));
        }

        changed = changed.AddMembers(method.WithAdditionalAnnotations(Formatter.Annotation));
        var isPublic = type.Modifiers.Any(SyntaxKind.PublicKeyword);
        var old = EarlierVersion.Declaration(before, name, isPublic, DeclaredContracts.Of(compilation))
            .WithLeadingTrivia(SyntaxFactory.ElasticCarriageReturnLineFeed, SyntaxFactory.ElasticCarriageReturnLineFeed).WithAdditionalAnnotations(Formatter.Annotation);
        return document.WithSyntaxRoot(root.ReplaceNode(type, [changed.WithAdditionalAnnotations(Formatter.Annotation), old])).Project.Solution;
    }

    private static async Task<Solution> AcceptAsync(Project project, CancellationToken cancellationToken)
    {
        var compilation = await project.GetCompilationAsync(cancellationToken).ConfigureAwait(false);
        return compilation is null || LockOf(project) is not { } file
            ? project.Solution
            : project.Solution.WithAdditionalDocumentText(file.Id, SourceText.From(DeclaredContracts.Of(compilation).Model.ToFile()));
    }

    private static TextDocument? LockOf(Project project)
        => project.AdditionalDocuments.FirstOrDefault(d => ContractAnalyzer.IsLock(d.FilePath ?? d.Name, project.AnalyzerOptions.AnalyzerConfigOptionsProvider.GlobalOptions));

    private static string Property(Diagnostic diagnostic, string name) => diagnostic.Properties.TryGetValue(name, out var value) ? value ?? "" : "";

    private static void Replace(CodeFixContext context, Diagnostic diagnostic, string title, string key, SyntaxNode old, SyntaxNode node)
    {
        var document = context.Document;
        Add(context, diagnostic, title, key, async ct =>
        {
            var root = await document.GetSyntaxRootAsync(ct).ConfigureAwait(false);
            return document.WithSyntaxRoot(root!.ReplaceNode(old, node)).Project.Solution;
        });
    }

    private static void Add(CodeFixContext context, Diagnostic diagnostic, string title, string key, Func<CancellationToken, Task<Solution>> change)
        => context.RegisterCodeFix(CodeAction.Create(title, change, diagnostic.Id + key), diagnostic);
}
