"""How figures are printed: one line each."""

import math
import statistics


def show(name, values, unit, peer=None, larger_is_better=False, tail=False):
    """Median, minimum and maximum; `tail` puts the 99th percentile in the maximum's place as well."""
    median = statistics.median(values)
    line = "%-46s %10.3f %-5s (%.3f to %.3f, n=%d)" % (name, median, unit, min(values), max(values), len(values))
    if tail:
        line += "  p99 %.3f %s" % (percentile(values, 99), unit)
    if peer:
        peer_name, figure = peer
        ratio = median / figure if larger_is_better else figure / median
        word = "better" if ratio >= 1 else "worse"
        line += "  %.1f times %s than %s (%.4g %s)" % (max(ratio, 1 / ratio), word, peer_name, figure, unit)
    print(line, flush=True)


def show_accuracy(name, asked, values, unit, remark):
    """What was measured of what was asked for, and their ratio."""
    print("%-46s %10.3f %-5s (%.3f to %.3f, n=%d)  measured/asked %.3f  %s" % (
        name, statistics.mean(values), unit, min(values), max(values), len(values),
        statistics.mean(values) / asked, remark), flush=True)


def percentile(values, share):
    """The nearest rank: of fewer than a hundred values, the 99th percentile is the largest."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share / 100 * len(ordered)) - 1)]


def interval(hits, trials):
    """The 95 % interval of a share in percent, by Wilson's formula."""
    z = 1.96
    share = hits / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return 100 * max(0, middle - half), 100 * min(1, middle + half)
