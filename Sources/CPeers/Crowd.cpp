#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "CPeers.h"

namespace {

constexpr size_t room = 1 << 18;

struct Listener {
  int descriptor;
  uint64_t breaks = 0;
  bool isGone = false;
};

int watch = -1;
std::vector<Listener> crowd;
uint64_t aim = 0;
uint32_t behind = 0;
uint32_t gone = 0;
const std::unique_ptr<char[]> space(new char[room]);

/// Reads once; who is ready still is told of again.
void read(Listener &listener) {
  const ssize_t count = recv(listener.descriptor, space.get(), room, MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0) {
    listener.isGone = true;
    gone += 1;
    epoll_ctl(watch, EPOLL_CTL_DEL, listener.descriptor, nullptr);
    return;
  }
  const bool wasBehind = listener.breaks < aim;
  listener.breaks +=
      static_cast<uint64_t>(std::count(space.get(), space.get() + count, '\n'));
  if (wasBehind && listener.breaks >= aim) behind -= 1;
}

}  // namespace

int32_t peers_crowd_gather(void) {
  if (watch >= 0) close(watch);
  crowd.clear();
  aim = behind = gone = 0;
  watch = epoll_create1(EPOLL_CLOEXEC);
  return watch < 0 ? -1 : 0;
}

int32_t peers_crowd_add(int32_t descriptor) {
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.u64 = crowd.size();
  crowd.push_back({descriptor});
  return epoll_ctl(watch, EPOLL_CTL_ADD, descriptor, &event);
}

int32_t peers_crowd_heed(int32_t speaker) {
  epoll_event event = {};
  event.events = EPOLLOUT | EPOLLET;
  event.data.u64 = UINT64_MAX;
  return epoll_ctl(watch, EPOLL_CTL_ADD, speaker, &event);
}

void peers_crowd_aim(uint64_t breaks) {
  aim += breaks;
  behind = static_cast<uint32_t>(std::count_if(
      crowd.begin(), crowd.end(), [](const Listener &one) { return one.breaks < aim; }));
}

peers_crowd_state peers_crowd_listen(int32_t milliseconds) {
  epoll_event events[256];
  const int count = epoll_wait(watch, events, 256, milliseconds);
  for (int index = 0; index < count; ++index) {
    if (events[index].data.u64 != UINT64_MAX) read(crowd[events[index].data.u64]);
  }
  uint64_t most = 0;
  if (behind == 0) {
    for (const Listener &one : crowd) most = std::max(most, one.breaks);
  }
  return {behind, gone, count > 0 ? 1u : 0u, most - std::min(most, aim)};
}
