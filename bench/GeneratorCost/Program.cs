using System.Diagnostics;
using System.Globalization;
using HighPerf.GeneratorCost;
using HighPerf.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

// Every name that the pipeline gives to a step of its own.
var ownSteps = typeof(TrackingNames).GetFields().Select(static field => (string)field.GetRawConstantValue()!).ToHashSet();
var smoke = args.Contains("--smoke");
var keysOnly = args.Contains("--keys");
var (size, rounds) = smoke ? (20, 1) : (1_000, keysOnly ? 9 : 3);
var project = new SyntheticProject(tasks: size, contracts: size);
List<double> parsing = [], generating = [], emitting = [], plain = [], first = [], unrelated = [], bare = [], related = [];
var (parsedFirst, parsedAgain, parsedRelated, changed, written) = (0, 0, 0, 0, 0);
for (var round = smoke ? 0 : -1; round < rounds; round++)
{
    var compilation = default(CSharpCompilation)!;
    var parsed = 0;
    var driver = Driver(new HighPerfGenerator { Parsing = _ => parsed++ });
    var bareDriver = Driver(new Bare());
    var parse = Time(() => compilation = project.Compile());
    Compilation output = compilation;
    var generate = Time(() => driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out output, out _));
    // Each compilation once, so that what one driver binds is not there for the other. A field, then a statement.
    bareDriver = bareDriver.RunGenerators(compilation.Clone());
    var typed = SyntheticProject.Type(compilation, "Unrelated.cs", static text => text.Replace("{ }", "{ private int _field; public void M() { } }", StringComparison.Ordinal));
    parsed = 0;
    var firstTime = Time(() => driver = driver.RunGenerators(typed));
    (parsedFirst, parsed) = (parsed, 0);
    changed = Changed(driver, ownSteps);
    typed = SyntheticProject.Type(typed, "Unrelated.cs", static text => text.Replace("M() { }", "M() { _field++; }", StringComparison.Ordinal));
    var elsewhere = Time(() => driver = driver.RunGenerators(typed));
    (parsedAgain, parsed) = (parsed, 0);
    changed += Changed(driver, ownSteps);
    var alone = typed.Clone();
    var asked = Time(() => bareDriver = bareDriver.RunGenerators(alone));
    typed = SyntheticProject.Type(typed, "Contract0.cs", static text => text.Replace("string? Note", "int? Note", StringComparison.Ordinal));
    var here = Time(() => driver = driver.RunGenerators(typed));
    parsedRelated = parsed;
    written = WrittenFiles(driver);

    // Last: it leaves gigabytes behind, which a keystroke does not have to clear away.
    var emit = keysOnly ? 0 : Time(() => Emit(output));
    var emitPlain = keysOnly ? 0 : Time(() => Emit(compilation));
    if (round >= 0)
    {
        parsing.Add(parse);
        generating.Add(generate);
        emitting.Add(emit);
        plain.Add(emitPlain);
        first.Add(firstTime);
        unrelated.Add(elsewhere);
        bare.Add(asked);
        related.Add(here);
    }
}

var whole = Median(parsing) + Median(generating) + Median(emitting);
Write($"{size} tasks and {size} contracts in {(2 * size) + 2} files, median of {rounds} rounds after one, .NET {Environment.Version}, Roslyn {typeof(Compilation).Assembly.GetName().Version}");
Write($"parse     {Median(parsing),9:F1} ms");
if (keysOnly)
{
    Write($"generate  {Median(generating),9:F1} ms");
}
else
{
    Write($"generate  {Median(generating),9:F1} ms   {Median(generating) / whole,6:P1} of the compilation");
    Write($"emit      {Median(emitting),9:F1} ms   with the generated code; {Median(plain):F1} ms without it");
}

Write($"the first key in an unrelated file {Median(first),7:F1} ms: {parsedFirst} declarations parsed again, {changed} results changed");
Write($"the next one                       {Median(unrelated),7:F1} ms: {parsedAgain} declarations parsed again");
Write($"  of which Roslyn alone            {Median(bare),7:F1} ms: a generator that finds the same declarations and does nothing");
Write($"a member of a contract changed     {Median(related),7:F1} ms: {parsedRelated} declarations parsed again, {written} generated files written");
return changed + parsedFirst + parsedAgain == 0 ? 0 : 1;

static GeneratorDriver Driver(IIncrementalGenerator generator) => CSharpGeneratorDriver.Create(
    [generator.AsSourceGenerator()],
    parseOptions: SyntheticProject.ParseOptions,
    driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

static double Time(Action action)
{
    var started = Stopwatch.GetTimestamp();
    action();
    return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
}

static void Emit(Compilation compilation)
{
    using var assembly = new MemoryStream();
    var result = compilation.Emit(assembly);
    if (!result.Success)
    {
        throw new InvalidOperationException(string.Join(Environment.NewLine, result.Diagnostics.Where(static d => d.Severity == DiagnosticSeverity.Error).Take(5)));
    }
}

static double Median(List<double> values)
{
    values.Sort();
    return values[values.Count / 2];
}

static int Changed(GeneratorDriver driver, HashSet<string> steps)
    => driver.GetRunResult().Results.Single().TrackedSteps.Where(step => steps.Contains(step.Key)).SelectMany(static step => step.Value).SelectMany(static run => run.Outputs)
        .Count(static output => output.Reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified);

static int WrittenFiles(GeneratorDriver driver)
    => driver.GetRunResult().Results.Single().TrackedOutputSteps.Values.SelectMany(static steps => steps).SelectMany(static step => step.Outputs).Count(static output => output.Reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified);

static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
