# statements.pl: how what mariadb-dump wrote falls into statements, as the client will cut it when it loads it. For split-dump and cut-dump,
# whose fail ends them: what is not understood is an error, never left out.
use strict;
use warnings;

# A name, or a text where names are allowed to be one.
our $quoted = qr/`(?:[^`]++|``)*+`|"(?:[^"]++|"")*+"|'(?:[^']++|'')*+'/;

our ($delimiter, $inside, $backslashes, $ansi) = (';', '', 1, 0);

# Does the statement, whose next line this is, end in it? Keeps in $inside what the line ends within: a quote, or * for a comment.
sub ends_in {
    my $line = $_[0];
    pos($line) = 0;
    while (pos($line) < length $line) {
        if ($inside eq '*') {
            if ($line =~ /\G.*?\*\//gcs) { $inside = '' } else { return 0 }
        } elsif ($inside ne '') {
            my $escapes = $backslashes && ($inside eq "'" || $inside eq '"' && !$ansi);
            if ($escapes) {
                1 while $line =~ /\G[^\\$inside]*+\\./gcs;
            }
            if ($line =~ /\G[^$inside]*+$inside/gcs) { $inside = '' } else { return 0 }
        } elsif ($line =~ /\G\Q$delimiter\E/gc) {
            substr($line, pos $line) =~ /\A\s*\z/ or fail("The dump was not understood: something follows a statement in line $..");
            return 1;
        } elsif ($line =~ /\G(['"`])/gc) {
            $inside = $1;
        } elsif ($line =~ /\G(?:#|--(?=\s))/gc) {
            return 0;
        } elsif ($line =~ m{\G/\*(?!M?!)}gc) {
            $inside = '*';
        } else {
            $line =~ /\G(?:[^'"`#;\/\-]++|.)/gcs;
        }
    }
    return 0;
}

sub delimit { ($delimiter) = @_ }

# A mode of the server changes how it reads texts.
sub follow_mode {
    my ($text) = @_;
    if ($text =~ /\A(?:\/\*!\d+ )?SET (?:\@OLD_SQL_MODE=\@\@SQL_MODE, )?SQL_MODE\s*=\s*(?:'([^']*)'|\@)/i) {
        my $mode = $1 // '';
        $backslashes = $mode !~ /NO_BACKSLASH_ESCAPES/;
        $ansi = $mode =~ /ANSI_QUOTES/;
    }
}

sub bare { # a quoted name as it is
    my ($name) = @_;
    $name = substr($name, 1, -1);
    $name =~ s/``/`/g;
    return $name;
}

# A row to a line: texts in it have their line ends escaped. Is it the last?
# Most of what a dump says is texts in rows, so this decides how much processor a backup takes: the line is not copied (hence $_[0]), and the
# ends of texts are sought, not walked to.
sub row_ends {
    my $at = substr($_[0], 0, 1) eq '(' ? 1 : -1;
    while ($at > 0) {
        pos($_[0]) = $at;
        $at = pos $_[0] if $_[0] =~ /\G[-+\w., ]++/gca;
        last if substr($_[0], $at, 1) ne "'";
        my $before;
        do {
            $at = index $_[0], "'", $at + 1;
            $before = $at;
            $before-- while $at > 0 && substr($_[0], $before - 1, 1) eq '\\';
        } while (($at - $before) % 2);
        $at++;
    }
    my $end = $at > 0 ? substr($_[0], $at) : '';
    $end eq "),\n" || $end eq ");\n" or fail("The dump was not understood: line $. is no row.");
    return $end eq ");\n";
}

1;
