namespace HighPerf.Transports.Nats.Protocol;

/// <summary>Who connects. Never printed.</summary>
internal sealed record NatsLogin(string ClientName)
{
    public string? User { get; init; }

    public string? Password { get; init; }

    public string? Token { get; init; }

    public string? CredentialsFile { get; init; }

    /// <exception cref="ArgumentException">There are two logins.</exception>
    public static NatsLogin From(NatsAddress address, string? credentialsFile, string clientName)
        => credentialsFile is null || (address.User ?? address.Token) is null
            ? new NatsLogin(clientName) { User = address.User, Password = address.Password, Token = address.Token, CredentialsFile = credentialsFile }
            : throw new ArgumentException($"The NATS address has a login and CredentialsFile is '{credentialsFile}': give one of them.");

    /// <summary>What is told to a server.</summary>
    /// <exception cref="Connections.ConnectionRefusedException">The credentials file is of no use to it.</exception>
    public ConnectCommand ToConnect(ServerInfo server, bool isTls)
    {
        var connect = new ConnectCommand { User = User, Password = Password, Token = Token, Name = ClientName, TlsRequired = isTls };
        return CredentialsFile is null ? connect : NatsCredentials.Read(CredentialsFile).Sign(connect, server.Nonce);
    }

    public override string ToString() => ClientName;
}
