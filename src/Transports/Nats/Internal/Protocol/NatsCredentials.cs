using System.Buffers.Text;
using System.Text;
using HighPerf.Connections;
using NATS.NKeys;

namespace HighPerf.Transports.Nats.Protocol;

/// <summary>
/// What a credentials file holds: the seed of a user's Ed25519 key, and the JWT that its account signed where accounts are decentralised. The file is read for each connection, because it may be replaced
/// while we run, and the seed is kept no longer than it takes to sign. Formats and the meaning of nonce, nkey, jwt and sig: the NATS client protocol's CONNECT
/// (docs.nats.io/reference/reference-protocols/nats-protocol) and "Authenticating with a credentials file" in its developer's guide.
/// </summary>
internal sealed class NatsCredentials
{
    private const int MaxBytes = 64 * 1024;
    private const int SignatureBytes = 64;
    private const string JwtHead = "-----BEGIN NATS USER JWT-----";

    private readonly string _path;
    private readonly string? _jwt;
    private readonly string _seed;

    private NatsCredentials(string path, string? jwt, string seed)
    {
        _path = path;
        _jwt = jwt;
        _seed = seed;
    }

    /// <summary>Reads a file: a user's credentials (<c>nsc generate creds</c>), or a user's seed alone (<c>nk -gen user</c>).</summary>
    /// <exception cref="ConnectionRefusedException">It cannot be read, or holds neither. The message names the file and nothing of what is in it.</exception>
    public static NatsCredentials Read(string path)
    {
        string text;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[MaxBytes + 1];
            var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (count > MaxBytes)
            {
                throw Wrong(path, $"it has more than {MaxBytes} bytes");
            }

            text = Encoding.UTF8.GetString(bytes, 0, count);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConnectionRefusedException($"The NATS credentials file '{path}' cannot be read: {exception.Message}", exception);
        }

        return Parse(path, text);
    }

    /// <summary>What a server is told that asked for a signature of <paramref name="nonce"/>.</summary>
    /// <exception cref="ConnectionRefusedException">The server asked for none, or the seed is none of a user.</exception>
    public ConnectCommand Sign(ConnectCommand connect, string? nonce)
    {
        if (string.IsNullOrEmpty(nonce))
        {
            throw new ConnectionRefusedException($"The server asks for no signature: it knows neither nkeys nor accounts, and the credentials file '{_path}' says nothing to it.");
        }

        var signature = new byte[SignatureBytes];
        string publicKey;
        try
        {
            using var key = KeyPair.FromSeed(_seed);
            if (key.Prefix != PrefixByte.User)
            {
                throw Wrong(_path, "its seed is not a user's, which begins with SU");
            }

            key.Sign(Encoding.ASCII.GetBytes(nonce), signature);
            publicKey = key.GetPublicKey();
        }
        catch (Exception exception) when (exception is NKeysException or ArgumentException or FormatException or IndexOutOfRangeException)
        {
            throw Wrong(_path, "its seed is damaged");
        }

        return connect with { Jwt = _jwt, NKey = _jwt is null ? publicKey : null, Signature = Base64Url.EncodeToString(signature) };
    }

    private static NatsCredentials Parse(string path, string text)
    {
        string? jwt = null, seed = null;
        var isJwt = false;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            var line = raw.Trim();
            if (line.IsEmpty)
            {
                continue;
            }

            if (line[0] is '-' or '*')
            {
                isJwt = line.SequenceEqual(JwtHead);
            }
            else if (isJwt)
            {
                jwt ??= line.ToString();
            }
            else if (line[0] == 'S')
            {
                seed ??= line.ToString();
            }
        }

        return new NatsCredentials(path, jwt, seed ?? throw Wrong(path, "there is no seed in it, a line that begins with SU"));
    }

    private static ConnectionRefusedException Wrong(string path, string what)
        => new($"The NATS credentials file '{path}' is of no use: {what}. It is what 'nsc generate creds' or 'nk -gen user' writes.");
}
