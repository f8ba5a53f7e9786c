namespace HostingPanel.Blueprints.Parsing;

/// <summary>What can only be judged when all sections are read: that they fit together and that nothing is left over.</summary>
internal sealed class WholeChecks(ReaderContext context, Blueprint blueprint)
{
    public void Run()
    {
        CheckStartOrder();
        CheckFront();
        CheckCode();
        CheckDatabaseServers();
        CheckAdministrator();
        CheckLeftOver();
    }

    private void CheckStartOrder()
    {
        var started = new HashSet<string>(StringComparer.Ordinal);
        while (blueprint.Services.Any(s => !started.Contains(s.Name) && s.After.All(started.Contains)))
        {
            started.UnionWith(blueprint.Services.Where(s => s.After.All(started.Contains)).Select(s => s.Name).ToList());
        }

        // Those that wait for a circle without being in it are no mistake of their own.
        string[] circle = [.. blueprint.Services.Where(s => !started.Contains(s.Name) && IsInCircle(s)).Select(s => s.Name)];
        if (circle.Length > 0)
        {
            context.Problems.Add(
                At("services", circle[0], "after"),
                $"the services {string.Join(", ", circle)} wait for each other in a circle"
            );
        }
    }

    private bool IsInCircle(BlueprintService service)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(service.After);
        while (open.TryPop(out var name))
        {
            if (reached.Add(name))
            {
                blueprint.Services.Where(s => s.Name == name).SelectMany(s => s.After).ToList().ForEach(open.Push);
            }
        }

        return reached.Contains(service.Name);
    }

    private void CheckFront()
    {
        var front = blueprint.Services.FirstOrDefault(s => s.Name == blueprint.Front.Service);
        if (
            front is not null
            && !front.Secrets.Contains(SecretNames.GatewayKey, StringComparer.Ordinal)
            && !context.Meant.Contains($"secret {SecretNames.GatewayKey}")
        )
        {
            context.Problems.Add(
                At("services", front.Name, "secrets"),
                $"service '{front.Name}' is the front and must take the secret {SecretNames.GatewayKey}, or neighbours could walk around the gateway"
            );
        }
    }

    private void CheckCode()
    {
        if (blueprint.Code.Volume is { } named && !context.Volumes.Contains(named))
        {
            return;
        }

        foreach (var volume in blueprint.Volumes.Where(v => !context.VolumesOfUnknownKind.Contains(v.Name)))
        {
            var isCodeVolume = blueprint.Code.Volume == volume.Name;
            if (isCodeVolume && volume.Kind != VolumeKind.Code)
            {
                context.Problems.Add(
                    At("volumes", volume.Name, "kind"),
                    $"'code' names the volume '{volume.Name}', so its kind must be code"
                );
            }
            else if (!isCodeVolume && volume.Kind == VolumeKind.Code)
            {
                context.Problems.Add(
                    At("volumes", volume.Name, "kind"),
                    $"volume '{volume.Name}' has the kind code, but 'code' says the code is elsewhere"
                );
            }
        }
    }

    private void CheckDatabaseServers()
    {
        var hosts = blueprint.Databases.Select(d => d.Service).ToHashSet(StringComparer.Ordinal);
        foreach (var service in blueprint.Services.Where(s => hosts.Contains(s.Name)))
        {
            if (!service.Mounts.Any(m => Kind(m) is VolumeKind.Database or null))
            {
                context.Problems.Add(
                    At("services", service.Name),
                    $"service '{service.Name}' hosts a database but mounts no volume of the kind database"
                );
            }
        }

        foreach (var volume in blueprint.Volumes.Where(v => v.Kind == VolumeKind.Database))
        {
            string[] users = [.. blueprint.Services.Where(s => s.Mounts.Any(m => m.Volume == volume.Name)).Select(s => s.Name)];
            if (users.Length > 1)
            {
                context.Problems.Add(
                    At("volumes", volume.Name),
                    $"volume '{volume.Name}' has the kind database and is mounted by {string.Join(" and ", users)}; two servers would ruin each other's files"
                );
            }
        }
    }

    private void CheckAdministrator()
    {
        var taken =
            blueprint.Hooks.Install?.Command.Secrets.Contains(SecretNames.AdminLinkKey, StringComparer.Ordinal) == true
            || context.Meant.Contains($"secret {SecretNames.AdminLinkKey}");
        if (blueprint.Administrator is not null && !taken)
        {
            context.Problems.Add(
                At("administrator"),
                $"'administrator' has a one-time link, so the install hook must take the secret {SecretNames.AdminLinkKey}"
            );
        }
        else if (blueprint.Administrator is null && taken)
        {
            context.Problems.Add(
                At("hooks", "install", "secrets"),
                $"the install hook takes {SecretNames.AdminLinkKey}, but there is no 'administrator' to say what the link looks like"
            );
        }

        if ((blueprint.Administrator?.LoginLink is null) != (blueprint.Hooks.LoginLink is null))
        {
            context.Problems.Add(
                blueprint.Hooks.LoginLink is null ? At("administrator", "login-link") : At("hooks", "login-link"),
                "'login-link' of 'administrator' and the hook 'login-link' need each other"
            );
        }
    }

    private void CheckLeftOver()
    {
        foreach (var volume in blueprint.Volumes.Where(v => !blueprint.Services.Any(s => s.Mounts.Any(m => m.Volume == v.Name))))
        {
            ReportLeftOver("volume", volume.Name, $"no service mounts the volume '{volume.Name}'");
        }

        foreach (var secret in blueprint.Secrets.Where(s => !context.UsedSecrets.Contains(s.Name) && !SecretNames.IsReserved(s.Name)))
        {
            ReportLeftOver("secret", secret.Name, $"no service, hook or cron entry takes the secret '{secret.Name}'");
        }
    }

    private void ReportLeftOver(string what, string name, string message)
    {
        if (!context.Meant.Contains($"{what} {name}"))
        {
            context.Problems.Add(At(what + "s", name), message);
        }
    }

    /// <summary>Null when the mount names no volume or its kind can't be read.</summary>
    private VolumeKind? Kind(BlueprintMount mount) =>
        context.VolumesOfUnknownKind.Contains(mount.Volume) ? null : blueprint.Volumes.FirstOrDefault(v => v.Name == mount.Volume)?.Kind;

    /// <summary>The key at a path of keys, or the last one on the way that exists.</summary>
    private Node At(params string[] path)
    {
        Node at = context.Root;
        Node? value = context.Root;
        foreach (var key in path)
        {
            if ((value as MapNode)?.Entries.FirstOrDefault(e => e.Key.Text == key) is not { } entry)
            {
                break;
            }

            (at, value) = (entry.Key, entry.Value);
        }

        return at;
    }
}
