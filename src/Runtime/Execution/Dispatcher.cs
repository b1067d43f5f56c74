namespace HighPerf.Execution;

/// <summary>Finds the task of a command: asks each assembly's generated switch for its index.</summary>
internal sealed class Dispatcher
{
    private readonly DispatchTable[] _tables;
    private readonly TaskRegistration[][] _registrations;

    public Dispatcher(IReadOnlyList<DispatchTable> tables, Func<TaskHandler, TaskRegistration> register)
    {
        _tables = [.. tables];
        _registrations = new TaskRegistration[_tables.Length][];
        for (var i = 0; i < _tables.Length; i++)
        {
            var handlers = _tables[i].Handlers;
            _registrations[i] = new TaskRegistration[handlers.Length];
            for (var j = 0; j < handlers.Length; j++)
            {
                _registrations[i][j] = register(handlers[j]);
            }
        }
    }

    public IEnumerable<TaskRegistration> All => _registrations.SelectMany(static r => r);

    public TaskRegistration? Find(ulong nameHash)
    {
        var tables = _tables;
        for (var i = 0; i < tables.Length; i++)
        {
            var index = tables[i].Find(nameHash);
            if (index >= 0)
            {
                return _registrations[i][index];
            }
        }

        return null;
    }
}
