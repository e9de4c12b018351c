#!/usr/bin/env bash
# Three questions to the example block; `make demo` runs this. The argument is the binary.
set -euo pipefail
traceql=$(realpath "${1:-.build/release/traceql}")
cd "$(dirname "$0")"

ask() {
  printf '\n%s\n\n  traceql query --source examples/data' "$1"
  [ $# -lt 3 ] || printf ' %s' "${@:3}"
  printf " '%s'\n\n" "$2"
  "$traceql" query --source data "${@:3}" "$2"
}

ask "Where did something fail below the checkout?" \
  '{ resource.service.name = "checkout" } >> { status = error }'
ask "Which database calls took longest to answer, and what did they ask?" \
  '{ span.db.statement != nil && duration > 8ms } | select(span.db.system, span.db.statement)' \
  --rows spans
ask "Which services were slow on average within one trace?" \
  '{ kind = server } | by(resource.service.name) | avg(duration) > 50ms' --limit 5
