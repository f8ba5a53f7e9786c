using HostingPanel.Platform;

namespace HostingPanel.Visits;

/// <summary>What was counted of one site since it was last written down. Not safe for several at once.</summary>
internal sealed class VisitTally
{
    public long Requests { get; private set; }
    public long Good { get; private set; }
    public long Redirected { get; private set; }
    public long ClientErrors { get; private set; }
    public long ServerErrors { get; private set; }
    public long Refused { get; private set; }
    public long Bytes { get; private set; }
    public long QueueMilliseconds { get; private set; }
    public long[] Times { get; } = new long[ResponseTimes.Steps];

    public void Add(SeenRequest request)
    {
        Requests++;
        switch (request.Status / 100)
        {
            case 1 or 2:
                Good++;
                break;
            case 3:
                Redirected++;
                break;
            case 4:
                ClientErrors++;
                break;
            case 5:
                ServerErrors++;
                break;
            default:
                // The visitor had gone before there was an answer.
                break;
        }

        Bytes += Math.Max(0, request.Bytes);
        QueueMilliseconds += Math.Max(0, request.QueueMilliseconds);
        if (request.Refused is not null)
        {
            Refused++;
        }
        else
        {
            // How fast a refusal is says nothing about the site.
            ResponseTimes.Add(Times, Math.Max(0, request.Milliseconds));
        }
    }

    /// <summary>Adds what was counted beside it.</summary>
    public void Add(VisitTally other)
    {
        (Requests, Good, Redirected) = (Requests + other.Requests, Good + other.Good, Redirected + other.Redirected);
        (ClientErrors, ServerErrors) = (ClientErrors + other.ClientErrors, ServerErrors + other.ServerErrors);
        (Refused, Bytes) = (Refused + other.Refused, Bytes + other.Bytes);
        QueueMilliseconds += other.QueueMilliseconds;
        ResponseTimes.Add(Times, other.Times);
    }

    /// <summary>Adds what was counted to a row.</summary>
    public void AddTo(VisitBucket row)
    {
        (row.Requests, row.Good, row.Redirected) = (row.Requests + Requests, row.Good + Good, row.Redirected + Redirected);
        (row.ClientErrors, row.ServerErrors) = (row.ClientErrors + ClientErrors, row.ServerErrors + ServerErrors);
        (row.Refused, row.Bytes) = (row.Refused + Refused, row.Bytes + Bytes);
        row.QueueMilliseconds += QueueMilliseconds;
        // Another array, or the change is not seen.
        var times = new long[ResponseTimes.Steps];
        ResponseTimes.Add(times, row.Times);
        ResponseTimes.Add(times, Times);
        row.Times = times;
    }
}
