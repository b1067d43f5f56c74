namespace HighPerf.Calls;

/// <summary>Collects nodes and first commands while a workflow is built from its end to its start.</summary>
internal sealed class WorkflowBuilder(BufferPool pool)
{
    private readonly List<WorkflowNode> _nodes = [];
    private readonly List<WorkflowStart> _starts = [];

    public BufferPool Pool => pool;

    public IReadOnlyList<WorkflowNode> Nodes => _nodes;

    public IReadOnlyList<WorkflowStart> Starts => _starts;

    /// <summary>What a workflow without commands results in: an empty group's empty list, encoded.</summary>
    public byte[]? ImmediateResult { get; private set; }

    public int Add(WorkflowNode node)
    {
        _nodes.Add(node);
        return _nodes.Count - 1;
    }

    public void Start(WorkflowStart start) => _starts.Add(start);

    /// <summary>An empty group: what follows it starts at once with an empty list.</summary>
    public void StartAfterEmptyGroup(int next, int ordinal)
    {
        byte[] emptyList = [0, 0, 0, 0];
        if (next == WorkflowNode.End)
        {
            ImmediateResult = emptyList;
            return;
        }

        if (_nodes[next].IsFanIn)
        {
            throw new ArgumentException("An empty group cannot be a member of another group.");
        }

        _starts.Add(new WorkflowStart(next, ordinal, Call: null, Input: emptyList));
    }
}
