using System;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using HighPerf.Contracts.Locking;

namespace HighPerf.Build;

/// <summary>Reads the contract model of a compiled assembly from its attributes, without loading it.</summary>
internal static class ContractModelReader
{
    private const string Attribute = "ContractModelAttribute";

    public static ContractSet Read(string path)
    {
        var set = new ContractSet();
        using var file = File.OpenRead(path);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        foreach (var handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
        {
            var attribute = metadata.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind != HandleKind.MemberReference)
            {
                continue;
            }

            var constructor = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor);
            if (constructor.Parent.Kind != HandleKind.TypeReference)
            {
                continue;
            }

            var type = metadata.GetTypeReference((TypeReferenceHandle)constructor.Parent);
            if (!metadata.StringComparer.Equals(type.Name, Attribute) || !metadata.StringComparer.Equals(type.Namespace, "HighPerf"))
            {
                continue;
            }

            // ECMA-335 II.23.3: a prolog, then the arguments: the name of the type, the facts.
            var value = metadata.GetBlobReader(attribute.Value);
            value.ReadUInt16();
            value.ReadSerializedString();
            set.Add(value.ReadSerializedString() ?? "");
        }

        return set;
    }
}
