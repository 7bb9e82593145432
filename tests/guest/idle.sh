#!/bin/sh
# In the guest: nothing serves, and the collector is an ordinary user: what a report says when little can be known.
set -e
chmod 711 /out 2>/dev/null || true
mkdir -p /tmp/nobody && chown nobody /tmp/nobody
setpriv --reuid=nobody --regid=nogroup --clear-groups /opt/ihc collect --window 10 -o /tmp/nobody/node.ihc.tar.zst
cp /tmp/nobody/node.ihc.tar.zst /out/
