namespace HighPerf;

/// <summary>On a <see cref="TaskAttribute">task</see> whose one argument is the message: a command is published for it whenever the event or document arrives.</summary>
/// <typeparam name="TMessage">An <c>[Event]</c> or <c>[Document]</c>.</typeparam>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SubscribeAttribute<TMessage> : Attribute;
