namespace HighPerf;

/// <summary>A declared task, event or document: implemented by generated code, so that routes and options name declarations by type (<c>hp.Route&lt;ResizeImage&gt;()</c>).</summary>
public interface IDeclaration
{
    /// <summary>Wire name, kind and fingerprint.</summary>
    static abstract MessageDescriptor Descriptor { get; }
}
