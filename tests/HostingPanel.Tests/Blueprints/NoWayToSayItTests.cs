namespace HostingPanel.Tests.Blueprints;

/// <summary>ABUSE.md, case 4: the format has no words for what reaches the node.</summary>
public sealed class NoWayToSayItTests
{
    [Theory]
    [InlineData("ports: [\"80:80\"]")]
    [InlineData("privileged: true")]
    [InlineData("network_mode: host")]
    [InlineData("networks: [host]")]
    [InlineData("devices: [/dev/sda]")]
    [InlineData("cap_add: [SYS_ADMIN]")]
    [InlineData("pid: host")]
    [InlineData("ipc: host")]
    [InlineData("security_opt: [\"apparmor=unconfined\"]")]
    [InlineData("sysctls: { net.ipv4.ip_forward: 1 }")]
    [InlineData("userns_mode: host")]
    [InlineData("build: /")]
    [InlineData("entrypoint: [sh]")]
    [InlineData("command: [sh]")]
    [InlineData("mounts: [{ type: bind, source: /, target: /mnt }]")]
    [InlineData("configs: [x]")]
    [InlineData("placement: { constraints: [\"node.role==manager\"] }")]
    [InlineData("labels: { hp.site: other }")]
    [InlineData("runtime: x")]
    public void A_service_can_not_ask_for_it(string line) =>
        Assert.Contains(
            "unknown key",
            BlueprintFiles.OnlyMistake("    image: apache-php\n", $"    image: apache-php\n    {line}\n").Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("driver: local")]
    [InlineData("driver_opts: { type: none, o: bind, device: /etc }")]
    [InlineData("external: true")]
    [InlineData("name: hp-other-data")]
    [InlineData("path: /etc")]
    public void A_volume_can_not_ask_for_it(string line) =>
        Assert.Contains(
            "unknown key",
            BlueprintFiles.OnlyMistake("    kind: code\n", $"    kind: code\n    {line}\n").Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("docker.io/library/alpine")]
    [InlineData("alpine:3")]
    [InlineData("alpine@sha256:0000")]
    [InlineData("../alpine")]
    [InlineData("/alpine")]
    [InlineData("\"alpine\\n\"")]
    public void An_image_is_one_of_ours(string image) =>
        Assert.Contains(
            "the name of a folder in docker/images",
            BlueprintFiles.OnlyMistake("image: apache-php", $"image: {image}").Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("SYS_ADMIN")]
    [InlineData("ALL")]
    [InlineData("NET_ADMIN")]
    [InlineData("SYS_PTRACE")]
    [InlineData("CAP_CHOWN")]
    public void Only_harmless_capabilities_exist(string capability) =>
        Assert.Contains(
            "expected one of CHOWN, DAC_OVERRIDE",
            BlueprintFiles.OnlyMistake("[NET_BIND_SERVICE]", $"[{capability}]").Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("/")]
    [InlineData("/run")]
    [InlineData("/run/secrets")]
    [InlineData("/var/run/docker.sock")]
    [InlineData("/proc")]
    [InlineData("/proc/1")]
    [InlineData("/sys/fs/cgroup")]
    [InlineData("/dev")]
    [InlineData("/etc")]
    [InlineData("/etc/apache2")]
    [InlineData("/hp/hooks")]
    [InlineData("/usr/local/bin")]
    [InlineData("/tmp")]
    [InlineData("srv")]
    [InlineData("/srv/")]
    [InlineData("/srv//x")]
    [InlineData("/srv/../etc")]
    [InlineData("/srv/./x")]
    [InlineData("/srv/a b")]
    [InlineData("/srv=x")]
    [InlineData("/srv:ro")]
    public void A_volume_can_not_be_mounted_over_the_system_or_at_an_odd_path(string path) =>
        Assert.Contains(
            "volume 'data' of service 'db'",
            BlueprintFiles.OnlyMistake("data: /var/lib/mysql", $"data: \"{path}\"").Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("/etc")]
    [InlineData("/run/secrets")]
    [InlineData("/var/www/html")]
    public void A_memory_file_system_can_not_hide_the_system_or_a_volume(string path) =>
        Assert.Contains(
            $"a tmpfs of service 'web'",
            BlueprintFiles.OnlyMistake("      /tmp: 64M", $"      {path}: 64M").Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Two_volumes_can_not_be_at_one_path() =>
        Assert.Contains(
            "where the volume 'data' is already",
            BlueprintFiles
                .Changed("      data: /var/lib/mysql\n", "      data: /var/lib/mysql\n      code: /var/lib/mysql\n")
                .Errors.Single()
                .Message,
            StringComparison.Ordinal
        );
}
