using HostingPanel.Docker;

namespace HostingPanel.Benchmarks;

/// <summary>What is asked of the engine for a <see cref="SiteByHand"/>: the same containers as the panel's, word for word.</summary>
internal sealed class ByHandSpecs(Installation installation, string name)
{
    public const string GatewayKey = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    public Dictionary<string, string> Labels { get; } = new(StringComparer.Ordinal) { ["hp.installation"] = installation.Name };

    /// <summary>The engine's ids of the secrets, once they are made.</summary>
    public Dictionary<string, string> SecretIds { get; } = new(StringComparer.Ordinal);

    public static Dictionary<string, string> Secrets() =>
        new(StringComparer.Ordinal)
        {
            ["init.sql"] =
                "CREATE DATABASE IF NOT EXISTS main CHARACTER SET utf8mb4;\nCREATE USER IF NOT EXISTS main@'%' IDENTIFIED BY 'bench';\nGRANT ALL ON main.* TO main@'%';\n",
            ["gateway-key"] = GatewayKey,
            ["db-main-password"] = "bench",
            ["salt"] = GatewayKey,
            ["admin-link-key"] = GatewayKey,
        };

    public static string[] Environment(int port) =>
        [
            "HP_CODE=image",
            "HP_WORKERS=8",
            $"HP_SITE_URL=http://127.0.0.1:{port}",
            "HP_SITE_DOMAINS=127.0.0.1",
            "HP_ENVIRONMENT=live",
            "HP_SITE_NETWORK=127.0.0.0/8",
            "WORDPRESS_DB_HOST=db",
            "WORDPRESS_DB_NAME=main",
            "WORDPRESS_DB_USER=main",
            $"HP_SITE_TITLE={SiteByHand.Title}",
            "HP_ADMIN_EMAIL=admin@example.org",
            "HP_ADMIN_USER=admin",
        ];

    public ServiceSpec Service(
        string service,
        string image,
        int user,
        string[] secrets,
        string volume,
        string path,
        string[] environment,
        string[]? command
    ) =>
        new()
        {
            Name = $"{name}-{service}",
            Labels = Labels,
            TaskTemplate = new TaskSpec
            {
                ContainerSpec = new ContainerSpec
                {
                    Image = installation.Images[image],
                    Labels = Labels,
                    Args = command,
                    User = $"{user}:{user}",
                    Env = environment,
                    ReadOnly = true,
                    CapabilityDrop = ["ALL"],
                    Mounts =
                    [
                        new Mount { Source = $"{name}-{volume}", Target = path },
                        new Mount { Type = MountType.Tmpfs, Target = "/tmp" },
                        new Mount { Type = MountType.Tmpfs, Target = "/run" },
                    ],
                    Secrets =
                    [
                        .. secrets.Select(secret => new SecretReference
                        {
                            SecretId = SecretIds[secret],
                            SecretName = $"{name}-{secret}",
                            File = new FileTarget
                            {
                                Name = secret,
                                Uid = $"{user}",
                                Gid = $"{user}",
                                Mode = UnixFileMode.UserRead,
                            },
                        }),
                    ],
                },
                Networks = [new NetworkAttachmentConfig { Target = name, Aliases = [service] }],
                // As long as the panel's own services wait before they are started again; the engine's default is 5 s.
                RestartPolicy = new RestartPolicy { Condition = RestartCondition.Any, Delay = TimeSpan.FromSeconds(2) },
            },
        };
}
