#pragma once

#include <algorithm>
#include <atomic>
#include <thread>

#include "CPeers.h"

/// Moves the calling thread to the `place`-th of the processors that the process may use.
///
/// Leaves it where it is if there is only one.
void pin(unsigned place);

/// See `peers_run_together`.
template <typename Send, typename Receive>
peers_passage runTogether(Send send, Receive receive) {
  std::atomic<int> awaited{2};
  uint64_t starts[2], ends[2], checksum = 0;

  const auto timed = [&](unsigned place, auto body) {
    pin(place);
    awaited.fetch_sub(1);
    while (awaited.load() > 0) peers_yield();
    starts[place] = peers_now();
    body();
    ends[place] = peers_now();
  };
  std::thread sender([&] { timed(0, send); });
  std::thread receiver([&] { timed(1, [&] { checksum = receive(); }); });
  sender.join();
  receiver.join();

  return {std::max(ends[0], ends[1]) - std::min(starts[0], starts[1]), checksum};
}
