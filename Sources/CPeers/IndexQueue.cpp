#include "IndexQueue.hpp"

#include "Threads.hpp"

namespace {

/// The fields of the Swift `Sample`, in a slot as large as our ring's.
struct alignas(32) Sample {
  int64_t time;
  int32_t thousandths;
  uint32_t flags;
  uint16_t port;
  uint8_t channel;
  uint8_t quantity;
  uint8_t validity;
  uint8_t site;
  uint8_t decimals;

  Sample() = default;

  /// The sample that the Swift side, too, sends as its `index`-th.
  explicit Sample(uint64_t index)
      : time(static_cast<int64_t>(index * 1000)),
        thousandths(static_cast<int32_t>(36000 + (index & 2047))),
        flags(static_cast<uint32_t>(index)),
        port(static_cast<uint16_t>(index)),
        channel(1),
        quantity(0),
        validity(0),
        site(0),
        decimals(2) {}

  uint64_t folded() const {
    return static_cast<uint64_t>(time) ^ static_cast<uint64_t>(static_cast<int64_t>(thousandths)) ^
           (static_cast<uint64_t>(flags) << 32) ^ (static_cast<uint64_t>(port) << 16) ^
           (static_cast<uint64_t>(channel) << 8) ^ decimals;
  }
};

static_assert(sizeof(Sample) == 32, "a sample fills its slot");

}  // namespace

peers_passage peers_pass_through_index_queue(uint64_t count, uint64_t capacity) {
  IndexQueue<Sample> queue(capacity);
  return runTogether(
      [&] {
        for (uint64_t index = 0; index < count; ++index) queue.emplace(index);
      },
      [&] {
        uint64_t checksum = 0;
        for (uint64_t index = 0; index < count; ++index) {
          const Sample *sample = queue.front();
          for (unsigned spins = 1; sample == nullptr; ++spins) {
            if (spins % 1024 == 0) peers_yield();
            sample = queue.front();
          }
          checksum = checksum * 31 + sample->folded();
          queue.pop();
        }
        return checksum;
      });
}
