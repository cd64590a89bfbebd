#!/bin/sh
# Runs a job; raises an alarm when it fails, clears it when it works again. For cron:
#   17 3 * * * examples/watched-job.sh backup-wiki /usr/local/bin/backup-wiki
set -u
name=$1
shift

"$@"
code=$?

set -- -l alertname=JobFailed -l job="$name" -l instance="$(hostname)" --severity minor
if [ "$code" -eq 0 ]; then
  tocsin send "$@" --clear >/dev/null
else
  tocsin send "$@" --for 7d "$name ended with $code" >/dev/null
fi
exit "$code"
