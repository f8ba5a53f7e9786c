using HostingPanel.Platform;
using HostingPanel.Worker.Gateway;

namespace HostingPanel.Tests.Gateway;

public sealed class HaproxyRefusalsTests
{
    [Fact]
    public void What_is_in_the_gateways_table_is_read_and_what_is_not_understood_is_passed_by()
    {
        const string Table = """
            # table: refusals, type: string, size:102400, used:3
            0x7f1c60: key=food-bank|pages|192.0.2.7 use=0 exp=3599000 shard=0 gpc0=1200 gpc0_rate(3600000)=4
            0x7f1c61: key=food-bank|at-once|2001:db8::1 use=1 exp=3599000 shard=0 gpc0=7 gpc0_rate(3600000)=7
            0x7f1c62: key=choir|of-tomorrow|192.0.2.7 use=0 exp=1 shard=0 gpc0=1 gpc0_rate(3600000)=1
            nonsense

            """;

        Assert.Equal(
            [
                new RefusalCount("food-bank", TrafficRefusal.Pages, "192.0.2.7", 1200, 4),
                new RefusalCount("food-bank", TrafficRefusal.AtOnce, "2001:db8::1", 7, 7),
            ],
            HaproxyRefusals.Parse(Table)
        );
    }
}
