#!/usr/bin/env bash
# Three questions to the example block; `make demo` runs this. The argument is the binary.
set -euo pipefail
traceql=${1:-.build/release/traceql}
cd "$(dirname "$0")"
[[ $traceql = /* ]] || traceql=../$traceql

ask() {
  echo
  echo "$1"
  echo "\$ traceql query '$2' ${*:3}"
  "$traceql" query --source data "${@:3}" "$2"
}

ask "Which requests failed, and where did they begin?" \
  '{ status = error && kind = server }' --limit 8
ask "Which calls to a database were slow, and what did they ask?" \
  '{ span.db.statement != nil && duration > 50ms } | select(span.db.system, span.db.statement)' \
  --rows spans --limit 8
ask "Which traces failed downstream of the checkout, most spans first?" \
  '{ resource.service.name = "checkout" } >> { status = error } | count() > 1' --limit 8
