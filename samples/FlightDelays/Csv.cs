using System.Text;

namespace HighPerf.Samples.FlightDelays;

/// <summary>CSV of RFC 4180: quoted fields may hold commas, line ends and doubled quotes.</summary>
internal static class Csv
{
    /// <summary>Reads the next record; false at the end.</summary>
    public static bool ReadRecord(TextReader reader, List<string> fields)
    {
        fields.Clear();
        if (reader.Peek() < 0)
        {
            return false;
        }

        var field = new StringBuilder();
        var quoted = false;
        while (true)
        {
            var next = reader.Read();
            if (next < 0 || (!quoted && next == '\n'))
            {
                Add();
                return true;
            }

            if (quoted)
            {
                if (next != '"')
                {
                    field.Append((char)next);
                }
                else if (reader.Peek() == '"')
                {
                    field.Append((char)reader.Read());
                }
                else
                {
                    quoted = false;
                }
            }
            else if (next == ',')
            {
                Add();
            }
            else if (next == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (next != '\r' || reader.Peek() is not ('\n' or -1))
            {
                field.Append((char)next);
            }
        }

        void Add()
        {
            fields.Add(field.ToString());
            field.Clear();
        }
    }
}
