using System.Globalization;
using HighPerf.Apps;

// Mock clusters in a process of their own, told by lines what to do; each line has one line as its answer. Ends with its input, so that it never outlives the tests.
Console.WriteLine("ready");
while (Console.ReadLine() is { } line)
{
    var words = line.Split(' ');
    int Number(int index) => int.Parse(words[index], CultureInfo.InvariantCulture);
    string Code(int error) => error == 0 ? "ok" : string.Create(CultureInfo.InvariantCulture, $"error {error}");
    try
    {
        var answer = "ok";
        switch (words[0])
        {
            case "cluster":
                var (number, servers) = MockClusters.Create(Number(1));
                answer = string.Create(CultureInfo.InvariantCulture, $"{number} {servers}");
                break;
            case "topic":
                answer = Code(MockClusters.CreateTopic(Number(1), words[2], Number(3), Number(4)));
                break;
            case "advertise":
                MockClusters.Advertise(Number(1), Number(2), Number(3));
                break;
            case "down":
                answer = Code(MockClusters.SetDown(Number(1), Number(2)));
                break;
            case "up":
                answer = Code(MockClusters.SetUp(Number(1), Number(2)));
                break;
            case "fail":
                MockClusters.Fail(Number(1), (short)Number(2), Number(3), Number(4));
                break;
            case "delete":
                answer = Code(MockClusters.DeleteRecords(Number(1), words[2], Number(3), Number(4)));
                break;
            case "end":
                MockClusters.End(Number(1));
                break;
            default:
                answer = "error: cluster, topic, advertise, down, up, fail, delete or end";
                break;
        }

        Console.WriteLine(answer);
    }
    catch (Exception exception) when (exception is FormatException or IndexOutOfRangeException or KeyNotFoundException or InvalidOperationException)
    {
        Console.WriteLine($"error: {exception.Message}");
    }
}
