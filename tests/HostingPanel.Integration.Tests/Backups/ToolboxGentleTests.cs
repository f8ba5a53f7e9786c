using System.Globalization;

namespace HostingPanel.Integration.Tests.Backups;

/// <summary>How the toolbox's programs share the machine, with a kernel of the test's that tells how pressed it is.</summary>
[Collection(ToolboxTests.Name)]
public sealed class ToolboxGentleTests(ToolboxFixture toolbox)
{
    [Fact(Timeout = 120_000)]
    public async Task A_pressed_machine_is_waited_for_and_after_the_deadline_it_runs_slowly()
    {
        toolbox.Require();
        var repository = new ToolboxRepository(toolbox);
        (await repository.RunAsync("init")).Well();

        // No room, and none to come.
        var slow = (await RunAsync(repository, "2", "63.70")).Well();
        Assert.Equal(("io", 63), Told(slow, "waits"));
        Assert.Equal(("io", 63), Told(slow, "slow"));
        Assert.True(slow.With("slow")[0].GetProperty("waited").GetInt64() >= 2, slow.ToString());

        // Its patience was used up by those before it: it looks once.
        var atOnce = (await RunAsync(repository, "0", "63.70")).Well();
        Assert.Empty(atOnce.With("waits"));
        Assert.Equal(("io", 63), Told(atOnce, "slow"));

        // Room, nobody to wait for it, somebody who waits himself, and a kernel that tells nothing.
        Assert.Empty((await RunAsync(repository, "600", "59.99")).Well().With("waited"));
        Assert.Empty((await RunAsync(repository, null, "63.70")).Well().With("waits"));
        Assert.Empty((await RunAsync(repository, "600", "63.70", ("HP_PACE", "person"))).Well().With("waits"));
        Assert.Equal("unknown", (await RunAsync(repository, "600", null)).Well().With("gate")[0].GetProperty("gate").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_person_waits_for_is_not_held_back_and_everything_else_is_the_last_in_line()
    {
        toolbox.Require();
        const string Say =
            """. /usr/local/lib/hp/gentle; gentle_pace 19 idle; printf '{"nice":%d,"io":"%s"}\n' "$(nice)" "$(ionice -p $$)" """;
        var gentle = (await toolbox.RunAsync(new ToolSetup(), "bash", "-euc", Say)).Well().Last;
        Assert.Equal((19, "idle"), (gentle.GetProperty("nice").GetInt32(), gentle.GetProperty("io").GetString()));
        var person = (await toolbox.RunAsync(new ToolSetup { Environment = [("HP_PACE", "person")] }, "bash", "-euc", Say)).Well().Last;
        Assert.Equal(0, person.GetProperty("nice").GetInt32());
        Assert.NotEqual("idle", person.GetProperty("io").GetString());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("yes", "SCHED_IDLE")]
    [InlineData("no", "SCHED_OTHER")]
    public async Task What_steps_back_has_the_policy_for_idle_programs_from_its_first_moment(string stepsBack, string policy)
    {
        toolbox.Require();
        const string Say = """printf '{"policy":"%s"}\n' "$(chrt --pid $$ | sed -n 's/.*policy: //p')" """;
        var said = await toolbox.RunAsync(new ToolSetup { Environment = [("HP_STEPS_BACK", stepsBack)] }, "bash", "-euc", Say);
        Assert.Equal(policy, said.Well().Last.GetProperty("policy").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_the_kernel_refuses_that_policy_it_goes_on_with_a_lower_weight_and_says_so_once()
    {
        toolbox.Require();
        const string Say = """
            printf '{"policy":"%s","nice":%d}\n' "$(chrt --pid $$ | sed -n 's/.*policy: //p')" "$(nice)"
            . /usr/local/lib/hp/gentle
            gentle_pace 10 last
            gentle_pace 19 idle
            printf '{"then":%d}\n' "$(nice)"
            """;
        var setup = new ToolSetup { Environment = [("HP_STEPS_BACK", "yes")], Refused = ["sched_setscheduler", "sched_setattr"] };

        var said = (await toolbox.RunAsync(setup, "bash", "-euc", Say)).Well();

        var begun = Assert.Single(said.With("policy"));
        Assert.Equal(("SCHED_OTHER", 10), (begun.GetProperty("policy").GetString(), begun.GetProperty("nice").GetInt32()));
        Assert.Equal(19, said.Last.GetProperty("then").GetInt32());
        Assert.StartsWith("hp-entry: the kernel refuses", Assert.Single(said.Error), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task As_soon_as_there_is_room_it_goes_on()
    {
        toolbox.Require();
        var place = Kernel("63.70");
        // The room comes while it waits: it is told so by what it says.
        const string Wait = """
            . /usr/local/lib/hp/gentle
            gentle_gate > >(while IFS= read -r line; do printf '%s\n' "$line"; printf 'some avg10=1.00 avg60=0.00 avg300=0.00 total=1\n' >/kernel/io; done)
            wait
            printf '{"slow":"%s"}\n' "$slow"
            """;
        var ran = (
            await toolbox.RunAsync(
                new ToolSetup { Mounts = [(place, "/kernel")], Environment = [("HP_PATIENCE", "600"), ("HP_PRESSURE", "/kernel")] },
                "bash",
                "-euc",
                Wait
            )
        ).Well();
        Assert.Equal(("io", 63), Told(ran, "waits"));
        Assert.True(ran.With("waited")[0].GetProperty("waited").GetInt64() < 20, ran.ToString());
        Assert.Equal(string.Empty, ran.Last.GetProperty("slow").GetString());
    }

    private static (string?, int) Told(ToolRun ran, string word) =>
        ran.With(word) is [var line, ..]
            ? (line.GetProperty(word).GetString(), line.GetProperty("pressure").GetInt32())
            : (ran.ToString(), 0);

    private Task<ToolRun> RunAsync(ToolboxRepository repository, string? patience, string? io, params (string, string)[] more)
    {
        var place = io is null ? toolbox.Place() : Kernel(io);
        return repository.RunAsync(
            setup =>
                setup with
                {
                    Mounts = [.. setup.Mounts, (place, "/kernel")],
                    Environment =
                    [
                        .. setup.Environment,
                        ("HP_PRESSURE", "/kernel"),
                        .. patience is null ? Array.Empty<(string, string)>() : [("HP_PATIENCE", patience)],
                        .. more,
                    ],
                },
            "backup",
            "/volumes/files"
        );
    }

    /// <summary>A directory as the kernel's, with nothing pressed but the disk.</summary>
    private string Kernel(string io)
    {
        var place = toolbox.Place();
        foreach (var (name, share) in ((string, string)[])[("cpu", "1.00"), ("io", io), ("memory", "0.00")])
        {
            File.WriteAllText(
                Path.Combine(place, name),
                string.Create(CultureInfo.InvariantCulture, $"some avg10={share} avg60=0.00 avg300=0.00 total=1\n")
            );
        }

        return place;
    }
}
