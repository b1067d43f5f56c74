namespace HighPerf.Transports.Kafka.Native;

/// <summary>Those of librdkafka's codes (<c>rd_kafka_resp_err_t</c>) that something depends on: negative ones are the client's, others the broker's.</summary>
internal static class KafkaError
{
    public const int None = 0;
    public const int UnknownPartition = 3;
    public const int MessageTooLarge = 10;
    public const int InvalidTopic = 17;
    public const int BatchTooLarge = 18;
    public const int TopicAuthorizationFailed = 29;
    public const int GroupAuthorizationFailed = 30;
    public const int ClusterAuthorizationFailed = 31;
    public const int TopicExists = 36;
    public const int PolicyViolation = 44;
    public const int InvalidRecord = 87;

    public const int Fatal = -150;
    public const int PurgedInFlight = -151;
    public const int PurgedInQueue = -152;
    public const int Authentication = -169;
    public const int RevokePartitions = -174;
    public const int AssignPartitions = -175;
    public const int TimedOut = -185;
    public const int UnknownTopic = -188;
    public const int NoSuchPartition = -190;
    public const int MessageTimedOut = -192;
    public const int Transport = -195;

    /// <summary>The broker does not have it and would not take it a second time.</summary>
    public static bool IsRefusal(int code)
        => code is UnknownPartition or MessageTooLarge or InvalidTopic or BatchTooLarge or TopicAuthorizationFailed or ClusterAuthorizationFailed or PolicyViolation or InvalidRecord
            or UnknownTopic or NoSuchPartition;
}
