# The package on a real kernel, with adapters that are plugged in and out.
source /tests/checks.sh

# The tags of this ward: by serial number, or by socket where there is none to tell apart by.
mkdir -p /etc/udev/rules.d
cat > /etc/udev/rules.d/69-kangarood-local.rules << 'RULES'
SUBSYSTEM=="tty", ENV{ID_SERIAL_SHORT}=="WARD-*", ENV{KANGAROOD}="probe"
SUBSYSTEM=="tty", ENV{ID_SERIAL_SHORT}=="SAME", ENV{KANGAROOD}="probe"
RULES
udevadm control --reload
by_id() { echo "usb-QEMU_QEMU_USB_SERIAL_$1-if00-port0"; }
gadget=usb-Linux_6.*_with_dummy_udc_Gadget_Serial_v2.4_WARD-ACM-if00
mkdir -p /etc/kangarood
cat > /tmp/ward.conf << CONFIGURATION
[infant bed-1]
[infant bed-2]
[infant bed-3]
[infant bed-4]
[probe one]
device = $(by_id WARD-A)
protocol = kmc1
infant = bed-1
[probe two]
device = $(by_id WARD-B)
protocol = kmc1
infant = bed-2
[probe three]
device = usb-*_WARD-ACM-if00
protocol = kmc1
infant = bed-3
[probe four]
device = $(by_id SAME)
protocol = kmc1
infant = bed-4
CONFIGURATION
cat > /etc/sysusers.d/ward.conf << 'USERS'
u listener -
u stranger -
m listener kangaroo
USERS
systemd-sysusers ward.conf 2> /dev/null
