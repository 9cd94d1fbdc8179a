"""Load by wrk, with scripts that are written for each measurement."""

import json
import os
import re
import shutil
import subprocess
import tempfile

# Prints what was measured as one line of JSON; `extra` is filled in by a script of its own.
DONE = """
function done(summary, latency, requests)
    local extra = extra_figures and extra_figures() or "{}"
    print(string.format('FIGURES {"requests":%d,"seconds":%.6f,"bytes":%d,"p50":%.6f,"p99":%.6f,"max":%.6f,' ..
        '"connect":%d,"read":%d,"write":%d,"timeout":%d,"status":%d,"extra":%s}',
        summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e6,
        latency:percentile(99) / 1e6, latency.max / 1e6, summary.errors.connect, summary.errors.read,
        summary.errors.write, summary.errors.timeout, summary.errors.status, extra))
end
"""


def lua(text):
    """A Lua string."""
    return '"' + re.sub(r'[^ !#-\[\]-~]', lambda match: "".join("\\%03d" % byte for byte in match.group().encode()),
                        text) + '"'


def check():
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is missing; scripts/bootstrap --test installs it")


def run(url, script="", connections=8, threads=1, seconds=5, timeout=30):
    """Runs it and returns the figures of DONE; latencies in seconds. Errors end the measurement."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script + DONE)
        file.flush()
        command = ["wrk", "-t%d" % threads, "-c%d" % connections, "-d%ds" % max(1, round(seconds)),
                   "--timeout", "%ds" % timeout, "-s", file.name, url]
        done = subprocess.run(command, capture_output=True, text=True)
    line = re.search(r"^FIGURES (.*)$", done.stdout, re.M)
    if done.returncode or not line:
        raise SystemExit("%s ended with %d:\n%s%s" % (" ".join(command), done.returncode, done.stdout, done.stderr))
    figures = json.loads(line.group(1))
    errors = {name: figures[name] for name in ("connect", "read", "write", "timeout", "status") if figures[name]}
    if errors:
        raise SystemExit("wrk met errors at %s: %s\n%s" % (os.path.basename(url), errors, done.stdout))
    figures["rate"] = figures["requests"] / figures["seconds"]
    return figures


def post(token, body):
    """A script that sends the same body again and again.

    It looks at no answer, which would cost as much as some of what is measured: compare the bytes.
    """
    return POST % {"token": lua("Bearer " + token), "body": lua(json.dumps(body))}


POST = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = %(token)s
wrk.body = %(body)s
"""


def events(thread_cases, address):
    """A script whose threads send the events of one run after the other.

    `thread_cases` is a pair for each thread: the prefix of its runs' ids, and its events as (before, after) texts
    around that id. With one connection a thread, the events of a run come in order. The first event of the first
    thread is not sent: wrk only looks at it.
    """
    cases = ",\n".join(
        "{prefix = %s, events = {%s}}" % (lua(prefix), ", ".join(
            "{%s, %s}" % (lua(before), lua(after)) for before, after in parts)) for prefix, parts in thread_cases)
    return EVENTS % {"cases": cases, "referer": lua(address)}


EVENTS = """
local cases = {%(cases)s}
local threads = {}
function setup(thread)
    table.insert(threads, thread)
    thread:set("number", #threads)
end
function init(arguments)
    case = cases[number]
    sent, answered, failed = 0, 0, 0
end
function request()
    local count = #case.events
    local parts = case.events[sent %% count + 1]
    local id = case.prefix .. string.format("%%08d", math.floor(sent / count))
    sent = sent + 1
    return wrk.format("POST", nil, {["Content-Type"] = "application/json", ["Referer"] = %(referer)s},
        parts[1] .. id .. parts[2])
end
function response(status, headers, body)
    answered = answered + 1
    if status ~= 200 or string.find(body, '"errors"', 1, true) then
        failed = failed + 1
        example = string.sub(string.gsub(body, '[^%%w ,.:]', ' '), 1, 300)
    end
end
function extra_figures()
    local list, example = {}, ""
    for _, thread in ipairs(threads) do
        table.insert(list, string.format('{"answered":%%d,"failed":%%d}', thread:get("answered"), thread:get("failed")))
        example = thread:get("example") or example
    end
    return '{"threads":[' .. table.concat(list, ",") .. '],"example":"' .. example .. '"}'
end
"""
