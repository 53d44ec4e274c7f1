#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

#include "CPeers.h"

/// A bounded queue for one producer and one consumer in the manner of `rigtorp::SPSCQueue`.
///
/// Written from that queue's published description: two indices, each owned by one side, published
/// with release and read with acquire; each side keeps a copy of the other's index and looks anew
/// only when the copy says full or empty; everything that one side writes has a line of its own;
/// one slot stays free to tell full from empty, and slots at both ends of the array keep
/// strangers' data off the lines in use.
template <typename Element>
class IndexQueue {
 public:
  explicit IndexQueue(std::size_t capacity)
      : length_(capacity + 1), slots_(new Element[length_ + 2 * slack]) {}

  /// Appends an element once there is room for it.
  template <typename... Arguments>
  void emplace(Arguments &&...arguments) {
    const std::size_t index = writeIndex_.load(std::memory_order_relaxed);
    const std::size_t next = index + 1 == length_ ? 0 : index + 1;
    for (unsigned spins = 1; next == readIndexCopy_; ++spins) {
      readIndexCopy_ = readIndex_.load(std::memory_order_acquire);
      if (spins % 1024 == 0) peers_yield();
    }
    slots_[slack + index] = Element(std::forward<Arguments>(arguments)...);
    writeIndex_.store(next, std::memory_order_release);
  }

  /// The oldest element, or null where the queue is empty.
  Element *front() {
    const std::size_t index = readIndex_.load(std::memory_order_relaxed);
    if (index == writeIndexCopy_) {
      writeIndexCopy_ = writeIndex_.load(std::memory_order_acquire);
      if (index == writeIndexCopy_) return nullptr;
    }
    return &slots_[slack + index];
  }

  /// Removes the oldest element; only after `front` has shown one.
  void pop() {
    const std::size_t index = readIndex_.load(std::memory_order_relaxed);
    readIndex_.store(index + 1 == length_ ? 0 : index + 1, std::memory_order_release);
  }

 private:
  static constexpr std::size_t line = 64;
  static constexpr std::size_t slack = (line - 1) / sizeof(Element) + 1;

  const std::size_t length_;
  const std::unique_ptr<Element[]> slots_;
  alignas(line) std::atomic<std::size_t> writeIndex_{0};
  alignas(line) std::size_t readIndexCopy_ = 0;
  alignas(line) std::atomic<std::size_t> readIndex_{0};
  alignas(line) std::size_t writeIndexCopy_ = 0;
};
