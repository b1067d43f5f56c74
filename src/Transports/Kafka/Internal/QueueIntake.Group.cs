using System.Runtime.InteropServices;
using System.Text;
using HighPerf.Transports.Kafka.Native;

namespace HighPerf.Transports.Kafka;

/// <summary>
/// Which partitions this process has, and what it commits of them. Revoked: nothing more is begun, what is out has a time to end, the watermark is committed, then the partition goes. Lost: it
/// is somebody else's already, and nothing is committed.
/// </summary>
internal sealed unsafe partial class QueueIntake
{
    private const int OffsetsTimeout = 5_000;
    private static readonly TimeSpan s_commitRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_lastCommit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_leave = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _assigned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<QueuePartition> _committing = [];
    private NativePartitionList* _pendingAssignmentList;
    private bool _hasPendingAssignment;
    private Revocation? _revoking;
    private bool _isCommitting;
    private bool _isCommitDelayed;
    private long _commitFailedAt;
    private int _lastFailure;
    private long _closingSince;

    /// <summary>Completes when the group has given this process its share for the first time.</summary>
    public Task Assigned => _assigned.Task;

    private void OnRebalance(int what, NativePartitionList* partitions)
    {
        if (what == KafkaError.AssignPartitions)
        {
            _pendingAssignmentList = partitions;
            _hasPendingAssignment = true;
            TryAssign();
            return;
        }

        if (what != KafkaError.RevokePartitions)
        {
            // The library says what this is for: it goes on from nothing.
            KafkaLog.ClientError(Logger, Queue.ToString(), Librdkafka.Describe(what), what);
            Leave(_partitions.ToArray(), isLost: true);
            _ = Librdkafka.rd_kafka_assign(_client, null);
            Librdkafka.rd_kafka_topic_partition_list_destroy(partitions);
            return;
        }

        var leaving = new List<QueuePartition>();
        foreach (ref readonly var element in partitions->Span)
        {
            if (Find(Librdkafka.Text(element.Topic), element.Partition) is { } partition)
            {
                leaving.Add(partition);
            }
        }

        var revocation = new Revocation(leaving, (nint)partitions, Clock.GetTimestamp());
        if (Librdkafka.rd_kafka_assignment_lost(_client) != 0 || _closing > 2)
        {
            Unassign(revocation, isLost: _closing == 0);
            return;
        }

        lock (_lock)
        {
            leaving.ForEach(static partition => partition.IsLeaving = true);
            _pool.Drop(static partition => partition.IsLeaving);
        }

        _revoking = revocation;
    }

    /// <summary>Begins with the partitions of a pending assignment where they were left; tried again when the broker does not tell.</summary>
    private void TryAssign()
    {
        if (!_hasPendingAssignment)
        {
            return;
        }

        var list = _pendingAssignmentList;
        var added = new List<QueuePartition>();
        if (list->Count > 0 && !TryReadOffsets(list, added))
        {
            return;
        }

        _hasPendingAssignment = false;
        foreach (var partition in added)
        {
            partition.Queue = Librdkafka.rd_kafka_queue_get_partition(_client, partition.Topic, partition.Number);
            Librdkafka.rd_kafka_queue_forward(partition.Queue, 0);
            Librdkafka.rd_kafka_queue_cb_event_enable(partition.Queue, &OnArrival, GCHandle.ToIntPtr(_self));
        }

        lock (_lock)
        {
            _partitions.AddRange(added);
        }

        if (Librdkafka.Take(Librdkafka.rd_kafka_incremental_assign(_client, list)) is { } error)
        {
            KafkaLog.ClientError(Logger, Queue.ToString(), error.Text, error.Code);
        }

        KafkaLog.Assigned(Logger, Queue.ToString(), added.Count);
        Librdkafka.rd_kafka_topic_partition_list_destroy(list);
        _assigned.TrySetResult();
    }

    private bool TryReadOffsets(NativePartitionList* list, List<QueuePartition> added)
    {
        var error = Librdkafka.rd_kafka_committed(_client, list, OffsetsTimeout);
        for (var i = 0; i < list->Count && error == KafkaError.None; i++)
        {
            ref var element = ref list->Elements[i];
            var topic = Librdkafka.Text(element.Topic);
            error = element.Error;
            if (error == KafkaError.None && element.Offset < 0)
            {
                error = Librdkafka.rd_kafka_query_watermark_offsets(_client, topic, element.Partition, out var low, out _, OffsetsTimeout);
                element.Offset = low;
            }

            if (error != KafkaError.None)
            {
                break;
            }

            var done = DoneOffsets.Read(element.Offset, Librdkafka.Text(element.Metadata, element.MetadataSize), out var isClean);
            done.Takeovers += isClean ? 0 : 1;
            added.Add(new QueuePartition(topic, element.Partition, Queue.Names.ClassOf(topic), done));
        }

        if (error != KafkaError.None)
        {
            KafkaLog.OffsetsUnreadable(Logger, Queue.ToString(), Librdkafka.Describe(error));
        }

        return error == KafkaError.None;
    }

    private void ServeRevocation()
    {
        if (_revoking is not { } revoking)
        {
            return;
        }

        if (Librdkafka.rd_kafka_assignment_lost(_client) != 0)
        {
            _revoking = null;
            Unassign(revoking, isLost: true);
            return;
        }

        var passed = Clock.GetElapsedTime(revoking.Since);
        lock (_lock)
        {
            var isBusy = revoking.Partitions.Exists(static partition => partition.Moves > 0)
                || _pool.Rows.Any(row => row.State is DeliveryState.Out or DeliveryState.Moving && !row.IsVoid && row.Partition.IsLeaving);
            if (isBusy && passed < _transport.Options.RevokeTimeout)
            {
                return;
            }

            if (!revoking.IsLastCommit)
            {
                revoking.IsLastCommit = true;
                MarkClean(revoking.Partitions);
                return;
            }

            if (revoking.Partitions.Exists(static partition => partition.IsDirty || partition.Committing.Count > 0) && passed < _transport.Options.RevokeTimeout + s_lastCommit)
            {
                return;
            }
        }

        _revoking = null;
        Unassign(revoking, isLost: false);
    }

    private void Unassign(Revocation revocation, bool isLost)
    {
        Leave(revocation.Partitions.ToArray(), isLost);
        var list = (NativePartitionList*)revocation.List;
        if (Librdkafka.Take(Librdkafka.rd_kafka_incremental_unassign(_client, list)) is { } error)
        {
            KafkaLog.ClientError(Logger, Queue.ToString(), error.Text, error.Code);
        }

        Librdkafka.rd_kafka_topic_partition_list_destroy(list);
    }

    /// <summary>Partitions are somebody else's: so is what is out of them.</summary>
    private void Leave(QueuePartition[] partitions, bool isLost)
    {
        var lost = new List<(KafkaReceiver Owner, long Token)>();
        lock (_lock)
        {
            foreach (var partition in partitions)
            {
                Forget(partition);
            }

            _pool.Drop(static partition => partition.IsGone);
            foreach (var row in _pool.Rows)
            {
                if (row.State is not (DeliveryState.Out or DeliveryState.Moving) || !row.Partition.IsGone)
                {
                    continue;
                }

                (row.IsVoid, row.HoldsKey) = (true, false);
                if (row.State == DeliveryState.Out)
                {
                    lost.Add((row.Owner!, row.Token));
                    FreePlace(row.Owner!);
                    _pool.Move(row, DeliveryState.Lost);
                }
            }
        }

        if (isLost)
        {
            KafkaLog.Lost(Logger, Queue.ToString(), partitions.Length, lost.Count);
        }
        else if (partitions.Length > 0)
        {
            KafkaLog.Revoked(Logger, Queue.ToString(), partitions.Length, lost.Count);
        }

        RaiseLeaseLost(lost);
    }

    /// <summary>Ends a partition here; who waits for a commit of it is told that there is none. Under the lock.</summary>
    private void Forget(QueuePartition partition)
    {
        partition.IsGone = true;
        _partitions.Remove(partition);
        _claimed.Remove(partition);
        partition.Head?.Bytes.Return();
        partition.Head = null;
        foreach (var settlement in (Settlement[])[.. partition.Committing, .. partition.Staged])
        {
            settlement.Complete(isSettled: false);
        }

        partition.Committing.Clear();
        partition.Staged.Clear();
        if (partition.Queue != 0)
        {
            Librdkafka.rd_kafka_queue_cb_event_enable(partition.Queue, null, 0);
            Librdkafka.rd_kafka_queue_destroy(partition.Queue);
            partition.Queue = 0;
        }
    }

    private QueuePartition? Find(string topic, int number)
    {
        foreach (var partition in _partitions)
        {
            if (partition.Number == number && partition.Topic == topic)
            {
                return partition;
            }
        }

        return null;
    }

    private static void MarkClean(IEnumerable<QueuePartition> partitions)
    {
        foreach (var partition in partitions)
        {
            partition.IsClean = partition.IsDirty = true;
        }
    }

    /// <summary>Commits what changed, all of it in one request, unless one is on its way: what changes meanwhile goes with the next.</summary>
    private void Commit()
    {
        _isCommitDelayed = _commitFailedAt != 0 && Clock.GetElapsedTime(_commitFailedAt) < s_commitRetry;
        if (_isCommitting || _isCommitDelayed || _hasPendingAssignment)
        {
            return;
        }

        NativePartitionList* list = null;
        lock (_lock)
        {
            foreach (var partition in _partitions)
            {
                if (!partition.IsDirty)
                {
                    continue;
                }

                if (list is null)
                {
                    list = Librdkafka.rd_kafka_topic_partition_list_new(_partitions.Count);
                }

                var element = Librdkafka.rd_kafka_topic_partition_list_add(list, partition.Topic, partition.Number);
                element->Offset = partition.Done.Watermark;
                SetMetadata(element, partition.Done.ToMetadata(partition.IsClean));
                partition.IsDirty = false;
                partition.OnTheWay = partition.Done.Watermark;
                partition.Committing.AddRange(partition.Staged);
                partition.Staged.Clear();
                _committing.Add(partition);
            }
        }

        if (list is null)
        {
            return;
        }

        _isCommitting = true;
        var error = Librdkafka.rd_kafka_commit_queue(_client, list, _queue, 0, 0);
        Librdkafka.rd_kafka_topic_partition_list_destroy(list);
        if (error != KafkaError.None)
        {
            OnCommitted(error, null);
        }
    }

    private void OnCommitted(int error, NativePartitionList* answers)
    {
        var failed = error;
        _isCommitting = false;
        _commitFailedAt = 0;
        lock (_lock)
        {
            foreach (var partition in _committing)
            {
                if (partition.IsGone)
                {
                    continue;
                }

                var answer = error != KafkaError.None ? error : AnswerOf(answers, partition);
                if (answer == KafkaError.None)
                {
                    partition.Committed = partition.OnTheWay;
                    foreach (var settlement in partition.Committing)
                    {
                        settlement.Complete(isSettled: true);
                    }

                    partition.Committing.Clear();
                    if (!partition.IsClaimed)
                    {
                        partition.IsClaimed = true;
                        _claimed.Add(partition);
                    }

                    continue;
                }

                failed = answer;
                partition.Staged.InsertRange(0, partition.Committing);
                partition.Committing.Clear();
                partition.IsDirty = true;
            }

            _committing.Clear();
        }

        if (failed != KafkaError.None)
        {
            // The group says in its own time whose the partitions are; while it divides them anew it takes no commits.
            _commitFailedAt = Clock.GetTimestamp();
            if (failed != _lastFailure)
            {
                KafkaLog.CommitFailed(Logger, Queue.ToString(), Librdkafka.Describe(failed));
            }
        }

        _lastFailure = failed;
    }

    private static int AnswerOf(NativePartitionList* answers, QueuePartition partition)
    {
        if (answers is not null)
        {
            foreach (ref readonly var answer in answers->Span)
            {
                if (answer.Partition == partition.Number && Librdkafka.Text(answer.Topic) == partition.Topic)
                {
                    return answer.Error;
                }
            }
        }

        return KafkaError.None;
    }

    /// <summary>The list frees it with C's free.</summary>
    private static void SetMetadata(NativePartition* element, string metadata)
    {
        element->Metadata = (byte*)NativeMemory.Alloc((nuint)metadata.Length);
        element->MetadataSize = (nuint)Encoding.ASCII.GetBytes(metadata, new Span<byte>(element->Metadata, metadata.Length));
    }

    private void ServeClosing()
    {
        if (_closing == 0)
        {
            return;
        }

        var passed = Clock.GetElapsedTime(_closingSince);
        lock (_lock)
        {
            switch (_closing)
            {
                case 1 when (_pool.Moving == 0 && _partitions.TrueForAll(static partition => partition.Moves == 0)) || passed > _transport.Options.PublishTimeout:
                    _closing = 2;
                    MarkClean(_partitions);
                    return;
                case 2 when _partitions.TrueForAll(static partition => !partition.IsDirty && partition.Committing.Count == 0) || passed > _transport.Options.PublishTimeout + s_lastCommit:
                    _closing = 3;
                    break;
                default:
                    return;
            }
        }

        if (_revoking is { } revoking)
        {
            _revoking = null;
            Unassign(revoking, isLost: false);
        }

        if (_hasPendingAssignment)
        {
            // Nobody begins with them any more: the group goes on.
            _hasPendingAssignment = false;
            _ = Librdkafka.Take(Librdkafka.rd_kafka_incremental_assign(_client, _pendingAssignmentList));
            Librdkafka.rd_kafka_topic_partition_list_destroy(_pendingAssignmentList);
        }

        if (Librdkafka.Take(Librdkafka.rd_kafka_consumer_close_queue(_client, _queue)) is { } error)
        {
            KafkaLog.ClientError(Logger, Queue.ToString(), error.Text, error.Code);
            _closing = 4;
        }
    }

    private bool IsClosed()
        => _closing > 3 || (_closing == 3 && (Librdkafka.rd_kafka_consumer_closed(_client) != 0 || Clock.GetElapsedTime(_closingSince) > _transport.Options.PublishTimeout + s_lastCommit + s_leave));

    /// <summary>What is ready here is done without being run, and what waits if asked; returns how many that were. What is out, and others' partitions, stay.</summary>
    /// <param name="ends">Ends of the partitions.</param>
    /// <param name="includeDelayed">True also for what waits.</param>
    public long Purge(IReadOnlyDictionary<(string Topic, int Partition), long> ends, bool includeDelayed)
    {
        var purged = 0L;
        lock (_lock)
        {
            foreach (var row in _pool.TakeWaiting(includeDelayed))
            {
                purged++;
                row.Partition.Done.Add(row.Offset);
                row.Partition.IsDirty = true;
                _pool.End(row);
            }

            foreach (var partition in _partitions)
            {
                if (!ends.TryGetValue((partition.Topic, partition.Number), out var end) || (partition.IsDelay && !includeDelayed))
                {
                    continue;
                }

                var from = partition.IsDelay ? partition.Done.Watermark : Math.Max(partition.Next, partition.Done.Watermark);
                purged += Math.Max(0, end - from - partition.Done.CountFrom(from) + partition.Done.CountFrom(end) - (partition.IsDelay ? partition.Moves : 0));
                partition.Done.Add(from, end);
                partition.IsDirty = true;
            }
        }

        Wake();
        return purged;
    }

    /// <summary>Messages of a partition that are not done, below an end; null where this process does not have it.</summary>
    public long? Undone(string topic, int number, long end)
    {
        lock (_lock)
        {
            return Find(topic, number)?.Undone(end);
        }
    }

    /// <summary>Watermarks that moved since this was asked last and are committed.</summary>
    public Dictionary<(string Topic, int Partition), long> DoneSinceLast()
    {
        var done = new Dictionary<(string Topic, int Partition), long>();
        lock (_lock)
        {
            foreach (var partition in _partitions)
            {
                if (partition.Committed > partition.Deleted)
                {
                    partition.Deleted = partition.Committed;
                    done[(partition.Topic, partition.Number)] = partition.Committed;
                }
            }
        }

        return done;
    }

    private sealed class Revocation(List<QueuePartition> partitions, nint list, long since)
    {
        public List<QueuePartition> Partitions { get; } = partitions;

        public nint List { get; } = list;

        public long Since { get; } = since;

        public bool IsLastCommit { get; set; }
    }
}
