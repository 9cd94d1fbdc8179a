"""graphql-core's side of benchmarks/graphql.py: reference SCHEMA DOCUMENT DATA SECONDS prints operations a second."""

import json
import sys
import time

from graphql import build_schema, execute_sync, parse, validate

schema_path, document_path, data_path, seconds = sys.argv[1:]
with open(schema_path) as file:
    schema = build_schema(file.read())
with open(document_path) as file:
    text = file.read()
with open(data_path) as file:
    case = json.load(file)
runs, variables = case["runs"], case["variables"]


def list_runs(_, info, projectID, request):
    page, limit = request["pagination"]["page"], request["pagination"]["limit"]
    return {"total": len(runs), "runs": runs[page * limit:(page + 1) * limit]}


schema.query_type.fields["listRuns"].resolve = list_runs
document = parse(text)


def execute():
    result = execute_sync(schema, document, variable_values=variables)
    return json.dumps({"data": result.data, **({"errors": [str(e) for e in result.errors]} if result.errors else {})})


def rate(work):
    work()
    begin = time.perf_counter()
    count = 0
    while time.perf_counter() - begin < float(seconds):
        for _ in range(5):
            work()
        count += 5
    return count / (time.perf_counter() - begin)


def everything():
    again = parse(text)
    validate(schema, again)
    return execute()


print(json.dumps({
    "parse": rate(lambda: parse(text)), "validate": rate(lambda: validate(schema, document)),
    "execute": rate(execute), "all": rate(everything), "response": json.loads(execute())}))
