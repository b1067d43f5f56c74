namespace HighPerf.Transports.Nats.JetStream;

/// <summary>Errors of JetStream that something is done about.</summary>
internal static class ErrorCode
{
    public const int ConsumerNotFound = 10014;
    public const int MessageNotFound = 10037;
    public const int StreamNotFound = 10059;
    public const int StoreFailed = 10077;
}
