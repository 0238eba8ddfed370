#!/bin/sh
# Runs `program` beside it once there is a file `gate` there.
here="$(dirname "$0")"
while [ ! -e "$here/gate" ]; do sleep 0.01; done
exec "$here/program" "$@"
