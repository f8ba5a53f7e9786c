using System.Globalization;
using System.Text;

namespace HostingPanel.Accounts;

/// <summary>
/// What a password may be: long, of whatever characters (NIST SP 800-63B-4, section 3.1.1.2), and none that is tried first. Those are the
/// common long ones, what is put together of nothing but common words and runs of the keyboard, and what is about the person or the panel.
/// </summary>
internal static class PasswordRules
{
    /// <summary>Long rather than complicated.</summary>
    public const int MinLength = 12;

    /// <summary>Enough for any passphrase; bounds the work of hashing.</summary>
    public const int MaxLength = 256;

    /// <summary>So many characters must be left when all that is guessed first is taken away.</summary>
    private const int MinOwn = 6;
    private const int MinRun = 4;
    private const string Common =
        "This password is one of those that are tried first. A few words in a row that have nothing to do with each other are good.";
    private static readonly string[] Rows =
    [
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "qwertzuiop",
        "yxcvbnm",
        "azertyuiop",
        "1qaz2wsx3edc4rfv5tgb6yhn",
        "1q2w3e4r5t6y7u8i9o0p",
        "q1w2e3r4t5y6u7i8o9p0",
        "qazwsxedcrfvtgbyhn",
        "zaq12wsxcde34rfv",
    ];
    private static readonly string[] PanelsOwn = ["hostingpanel", "hosting", "panel", "wordpress", "drupal", "civicrm"];
    private static readonly (HashSet<string> Whole, string[] Words) Lists = Read();

    /// <summary>Why it is no good password for this person, or null.</summary>
    /// <param name="password">What they want.</param>
    /// <param name="own">Their name, their address, the panel's name: what is about them is guessed first.</param>
    public static string? Fault(string? password, params IEnumerable<string?> own)
    {
        switch (password)
        {
            case null or { Length: < MinLength }:
                return $"A password has at least {MinLength} characters; a few words in a row are good.";
            case { Length: > MaxLength }:
                return $"A password has at most {MaxLength} characters.";
        }

        if (password.Distinct().Count() < 4)
        {
            return "This password repeats too few characters. A few words in a row are good.";
        }

        var plain = Plain(password);
        if (Lists.Whole.Contains(password.ToLowerInvariant()) || Lists.Whole.Contains(plain))
        {
            return Common;
        }

        if (OwnIn(WithoutRuns(Without(plain, Lists.Words)), plain) < MinOwn)
        {
            return Common;
        }

        string[] about = [.. PartsOf(own), .. PanelsOwn];
        return OwnIn(WithoutRuns(Without(Without(plain, about), Lists.Words)), plain) < MinOwn
            ? "This password is hardly more than your name, your address or the panel's. A few other words in a row are good."
            : null;
    }

    /// <summary>Lower case, without accents, and with the letters that digits and signs stand for.</summary>
    private static string Plain(string password)
    {
        var text = new StringBuilder(password.Length);
        foreach (var letter in password.ToLowerInvariant().Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark)
            {
                text.Append(
                    letter switch
                    {
                        '@' => 'a',
                        '$' => 's',
                        '!' => 'i',
                        _ => letter,
                    }
                );
            }
        }

        return text.ToString();
    }

    /// <summary>The words of a person that are long enough to be guessed for themselves.</summary>
    private static IEnumerable<string> PartsOf(IEnumerable<string?> own) =>
        own.Where(text => text is not null)
            .SelectMany(text => Plain(text!.Replace('@', ' ')).Split([' ', '.', '-', '_', '+'], StringSplitOptions.RemoveEmptyEntries))
            .Where(part => part.Length >= 3)
            .Distinct(StringComparer.Ordinal);

    private static string Without(string text, IEnumerable<string> words)
    {
        var spelled = Spell(text);
        var keep = Enumerable.Repeat(element: true, text.Length).ToArray();
        foreach (var word in words)
        {
            foreach (var form in (string[])[text, spelled])
            {
                for (
                    var at = form.IndexOf(word, StringComparison.Ordinal);
                    at >= 0;
                    at = form.IndexOf(word, at + 1, StringComparison.Ordinal)
                )
                {
                    Array.Fill(keep, value: false, at, word.Length);
                }
            }
        }

        return Kept(text, keep);
    }

    /// <summary>The same with letters for digits, one for one.</summary>
    private static string Spell(string text) =>
        text.Replace('0', 'o').Replace('1', 'i').Replace('3', 'e').Replace('4', 'a').Replace('5', 's').Replace('7', 't');

    /// <summary>Takes away runs of the alphabet, of digits, of the keyboard, of one letter, and what was there before.</summary>
    private static string WithoutRuns(string text)
    {
        var keep = Enumerable.Repeat(element: true, text.Length).ToArray();
        for (var at = 0; at + MinRun <= text.Length; at++)
        {
            for (var length = text.Length - at; length >= MinRun; length--)
            {
                if (IsRun(text.AsSpan(at, length)) || text.AsSpan(0, at).IndexOf(text.AsSpan(at, length), StringComparison.Ordinal) >= 0)
                {
                    Array.Fill(keep, value: false, at, length);
                    break;
                }
            }
        }

        return Kept(text, keep);
    }

    private static bool IsRun(ReadOnlySpan<char> part)
    {
        var step = part[1] - part[0];
        var even = step is >= -1 and <= 1;
        for (var at = 2; even && at < part.Length; at++)
        {
            even = part[at] - part[at - 1] == step;
        }

        if (even)
        {
            return true;
        }

        var text = part.ToString();
        var back = new string([.. text.Reverse()]);
        return Rows.Any(row => row.Contains(text, StringComparison.Ordinal) || row.Contains(back, StringComparison.Ordinal));
    }

    private static string Kept(string text, bool[] keep) => new([.. text.Where((_, at) => keep[at])]);

    /// <summary>Where something was taken away, digits, signs and spaces at the ends are what people add when they are told to.</summary>
    private static int OwnIn(string rest, string whole) =>
        (rest.Length == whole.Length ? rest : rest.Trim("0123456789!?.*#-_+ ".ToCharArray())).Distinct().Count();

    private static (HashSet<string> Whole, string[] Words) Read()
    {
        using var stream = typeof(PasswordRules).Assembly.GetManifestResourceStream("HostingPanel.Accounts.common-passwords.txt")!;
        using var reader = new StreamReader(stream);
        var lines = reader
            .ReadToEnd()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line[0] != '#')
            .ToList();
        return (
            lines.Where(line => line.Length >= MinLength).ToHashSet(StringComparer.Ordinal),
            [.. lines.Where(line => line.Length < MinLength).OrderByDescending(line => line.Length)]
        );
    }
}
