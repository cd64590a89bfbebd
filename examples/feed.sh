#!/bin/sh
# What a data feed sends when it is late, and when it is on time again (see tocsin.yml).
url=${1:-http://127.0.0.1:9093}

curl -fsS "$url/in/feeds" -H 'content-type: application/json' \
  -d '{"feed": "precip-radar", "state": "late", "minutes": 45}'

curl -fsS "$url/in/feeds" -H 'content-type: application/json' \
  -d '{"feed": "precip-radar", "state": "on time", "minutes": 0}'
