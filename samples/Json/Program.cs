using System.Buffers;
using System.Text;
using HighPerf;
using Microsoft.Extensions.Logging;

await using var app = HighPerfApplication.Create(
    hp =>
    {
        hp.UseJson(json => json.EnumsAsStrings = true);
        hp.Route<Charge>().ToQueue("payments").AsJson();
        hp.Route("Shop.*").AsJson();
    },
    minimumLevel: LogLevel.Warning);
await app.StartAsync();
Console.WriteLine(await app.Publisher.CallAsync(Charge.Call("order 7", 9.90m)));

var text = new ArrayBufferWriter<byte>();
MessageJson.Write(text, new Order(7, State.Paid, [new OrderLine("tea", 2.50m)], null), new JsonMessageOptions { EnumsAsStrings = true });
Console.WriteLine(Encoding.UTF8.GetString(text.WrittenSpan));
try
{
    MessageJson.Read<Order>("""{"id":7,"lines":[{"name":"tea","price":"cheap"}]}"""u8);
}
catch (MessageFormatException exception)
{
    Console.WriteLine(exception.Message);
}

internal enum State { Open, Paid }

[Document]
internal sealed partial record OrderLine(string Name, decimal Price);

[Document]
internal sealed partial record Order(int Id, State State, List<OrderLine> Lines, string? Note);

[Task]
internal sealed partial class Charge
{
    public static string Run(string order, decimal amount, string currency = "EUR") => $"{order}: {amount} {currency}";
}
