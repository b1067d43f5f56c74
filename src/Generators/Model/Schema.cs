namespace HighPerf.Generators.Model;

/// <summary>A message's members as other versions of the assembly have to know them.</summary>
/// <param name="Version">The declared version.</param>
/// <param name="Fingerprint">Fingerprint of all members.</param>
/// <param name="Earlier">Fingerprints of the first 0, 1, 2, … members: what the same version wrote before members were added.</param>
/// <param name="Members">The members' names in messages.</param>
/// <param name="Facts">What goes into contracts.lock: lines without the leading kind and name for the message, whole lines for the enums and structs in it.</param>
/// <param name="Upcasts">The earlier versions that are read.</param>
internal sealed record Schema(
    int Version, ulong Fingerprint, EquatableArray<ulong> Earlier, EquatableArray<string> Members, EquatableArray<string> Facts, EquatableArray<UpcastModel> Upcasts);
