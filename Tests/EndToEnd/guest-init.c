// The first program of the emulated machine: loads the modules that lie beside it, lays a file
// system in memory over the two disks, which stay as they are, and hands over to systemd.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void give_up(const char *what) {
  printf("init: %s: %s\n", what, strerror(errno));
  fflush(stdout);
  reboot(RB_POWER_OFF);
  for (;;) pause();
}

static void load_modules(void) {
  struct dirent **found;
  int count = scandir("/modules", &found, NULL, alphasort);
  for (int i = 0; i < count; i++) {
    if (found[i]->d_name[0] == '.') continue;
    char path[512];
    snprintf(path, sizeof path, "/modules/%s", found[i]->d_name);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || (syscall(SYS_finit_module, file, "", 0) < 0 && errno != EEXIST))
      printf("init: %s: %s\n", path, strerror(errno));
    close(file);
  }
}

static void mount_at(const char *source, const char *place, const char *type, unsigned long flags,
                     const char *options) {
  mkdir(place, 0755);
  if (mount(source, place, type, flags, options) < 0) give_up(place);
}

// Disks appear a little after their driver.
static void mount_disk(const char *disk, const char *place) {
  for (int tries = 0; access(disk, F_OK) < 0; tries++) {
    if (tries == 1000) give_up(disk);
    usleep(5000);
  }
  mount_at(disk, place, "ext4", MS_RDONLY, "");
}

int main(void) {
  mount_at("dev", "/dev", "devtmpfs", 0, "mode=755");
  int console = open("/dev/console", O_RDWR);
  for (int number = 0; number < 3 && console >= 0; number++) dup2(console, number);
  load_modules();
  mount_disk("/dev/vda", "/base");
  mount_disk("/dev/vdb", "/extra");
  mount_at("memory", "/memory", "tmpfs", 0, "mode=755");
  mkdir("/memory/upper", 0755);
  mkdir("/memory/work", 0755);
  mount_at("overlay", "/root", "overlay", 0,
           "lowerdir=/extra:/base,upperdir=/memory/upper,workdir=/memory/work");
  if (mount("/dev", "/root/dev", NULL, MS_MOVE, NULL) < 0) give_up("/root/dev");
  if (chdir("/root") < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0)
    give_up("/root");
  execl("/sbin/init", "/sbin/init", (char *)NULL);
  give_up("/sbin/init");
}
