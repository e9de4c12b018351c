#!/bin/sh
# One trace, sent with curl: OTLP=localhost:4318 ZIPKIN=localhost:9411 send.sh
set -e
otlp=http://${OTLP:-localhost:4318}/v1/traces
zipkin=http://${ZIPKIN:-localhost:9411}/api/v2/spans
trace=5b8efff798038103d269b633813fc60c
now=$(date +%s)

span() { # id parent name kind start-ms duration-ms
  printf '{"traceId":"%s","spanId":"%s","parentSpanId":"%s","name":"%s","kind":%s,"startTimeUnixNano":"%s","endTimeUnixNano":"%s"}' \
    $trace "$1" "$2" "$3" "$4" "$now$(printf %03d "$5")000000" "$now$(printf %03d $(($5 + $6)))000000"
}
batch() { # service spans
  printf '{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"%s"}}]},"scopeSpans":[{"spans":[%s]}]}]}' "$1" "$2"
}

batch shop "$(span eee19b7ec3c1b174 '' 'GET /cart' 2 0 500),$(span eee19b7ec3c1b175 eee19b7ec3c1b174 'price' 1 20 100)" |
  curl -sSf -H 'Content-Type: application/json' --data-binary @- "$otlp"
echo

batch stock "$(span eee19b7ec3c1b176 eee19b7ec3c1b174 'reserve' 2 150 200)" | gzip |
  curl -sSf -H 'Content-Type: application/json' -H 'Content-Encoding: gzip' --data-binary @- "$otlp"
echo

curl -sSf -H 'Content-Type: application/json' "$zipkin" --data-binary @- <<END
[{"traceId":"$trace","id":"eee19b7ec3c1b177","parentId":"eee19b7ec3c1b176","kind":"CLIENT","name":"select","timestamp":${now}200000,"duration":90000,
  "localEndpoint":{"serviceName":"stock"},"remoteEndpoint":{"serviceName":"postgres"},"tags":{"error":"deadlock"}}]
END
