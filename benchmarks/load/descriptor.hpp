#pragma once

#include <utility>

#include <unistd.h>

namespace phony::bench {

/// A file descriptor that closes with its owner.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_{number} {}
    Descriptor(Descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor()
    {
        if (number_ >= 0) ::close(number_);
    }

    int get() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }
    void close() { Descriptor{}.swap(*this); }

private:
    void swap(Descriptor& other) noexcept { std::swap(number_, other.number_); }

    int number_ = -1;
};

}  // namespace phony::bench
