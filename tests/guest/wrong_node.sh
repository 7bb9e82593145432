#!/bin/sh
# In the guest: the stand-in server under a unit that ties it to node 0, while the network card and the display device hang off
# node 1. What the seeds' template does when nobody looked at the topology first.
set -e
mkdir -p /opt/server
cp /opt/stand_in_server.py /opt/server/vllm
cat >/etc/systemd/system/inference-vllm.service <<'UNIT'
[Unit]
Description=Stand-in for an inference server
[Service]
ExecStart=/usr/bin/python3 /opt/server/vllm serve stand-in-model --port 8000 --api-key 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
CPUAffinity=0-3
NUMAPolicy=bind
NUMAMask=0
Environment=OMP_NUM_THREADS=4
Restart=always
UNIT
systemctl daemon-reload
systemctl start inference-vllm
sleep 8
cat /proc/sys/kernel/random/boot_id
numastat -p "$(systemctl show -p MainPID --value inference-vllm)" || true
/opt/ihc collect --window 30 --label phase=before -o /out/node.ihc.tar.zst
/opt/ihc check /out/node.ihc.tar.zst
