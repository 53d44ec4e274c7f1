# The forwarder's unit under a real systemd, beside a real broker: what it may, and what it keeps.
source /tests/checks.sh

# It keeps what it has confirmed while it is away.
mkdir /tmp/kept
printf '%s\n' 'listener 1883 127.0.0.1' 'allow_anonymous true' 'user root' 'persistence true' \
  'persistence_location /tmp/kept/' > /tmp/broker.conf
broker() { mosquitto --config-file /tmp/broker.conf > /tmp/broker 2>&1 & broker=$!; }
published() { grep -c -- "$1" /tmp/published; }
arrived() { grep -q -- "$1" /tmp/published; }
forwarding() { [ "$(systemctl is-active kangarood-forward@house)" = active ]; }
place() { cat /var/lib/private/kangarood-forward/house/place; }
mark() { kangaroo mark bath --infant infant-1 --by "$1"; }

dpkg --install /tests/kangarood.deb > /tmp/dpkg.log 2>&1
mkdir -p /run/udev && : > /run/udev/control
check 'the daemon is ready' await 20 ready
broker
check 'the broker is there' await 20 mosquitto_pub --host 127.0.0.1 --topic ward/ready --message 1
mosquitto_sub --host 127.0.0.1 --disable-clean-session --id witness --qos 1 --topic 'kangarood/#' \
  --verbose > /tmp/published 2> /tmp/witness &

check 'systemd finds nothing to object to in the unit' equals \
  "$(systemd-analyze verify --man=no kangarood-forward@house.service 2>&1)" ''
exposure() {
  systemd-analyze security --no-pager kangarood-forward@house.service |
    sed -n 's/.*exposure level.*: \([0-9.]*\).*/\1/p'
}
echo "        exposure $(exposure)"
check 'its exposure is at most 1.5' awk -v "found=$(exposure)" \
  'BEGIN { exit !(found != "" && found <= 1.5) }'
printf 'WARD=neonatal 2\nMQTT_HOST=127.0.0.1\n' | install -m600 /dev/stdin \
  /etc/kangarood/forward-house.conf
systemctl start kangarood-forward@house
check 'the forwarder runs' await 10 forwarding
# Until it is connected, what happens is told as what is.
connected() { kangaroo watch --types heartbeat | grep -q -m 1 '"subscribers":[2-9]'; }
check 'it listens to the daemon' await 30 connected
mark first
check 'what happens arrives at the broker' await 10 arrived '"by":"first"'
check 'under the ward, the infant and the type' arrived '^kangarood/neonatal_2/infant-1/mark '
# The range that systemd has for users which exist only while their unit does.
user=$(stat --format=%u "/proc/$(systemctl show -P MainPID kangarood-forward@house)")
own_user() { [ "$user" -ge 61184 ] && [ "$user" -le 65519 ]; }
check 'as a user of its own' own_user
as_forwarder() {
  setpriv --reuid="$user" --regid="$user" --groups="$(getent group kangaroo | cut -d : -f 3)" "$@"
}
status() { as_forwarder kangaroo status; }
check 'who may listen' status
check 'and not give orders' fails as_forwarder kangaroo mark bath --infant infant-1 --by nobody
check 'which nobody did' fails arrived '"by":"nobody"'

# --- the broker goes -----------------------------------------------------------------------
kill "$broker"
wait "$broker"
before=$(place)
mark second
tries() { journalctl --unit=kangarood-forward@house --output=cat | grep -q 'trying again'; }
check 'without the broker it tries again' await 40 tries
check 'and stays where it was' equals "$(place)" "$before"
broker
check 'and nothing is lost' await 40 arrived '"by":"second"'

# --- it dies, and the daemon ---------------------------------------------------------------
systemctl kill --signal=KILL kangarood-forward@house
mark third
check 'killed, it comes back and goes on' await 20 arrived '"by":"third"'
systemctl restart kangarood
check 'the daemon is ready again' await 20 ready
check 'it finds the daemon again' await 30 connected
mark fourth
check 'and goes on' await 20 arrived '"by":"fourth"'
first_again() { [ "$(published '"by":"first"')" = 1 ]; }
check 'what was confirmed long ago is not told again' first_again

closing
