#pragma once

#include <phony/base/guarded.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace phony::server {

/// So many at a time for each client, told apart by address, or by network (see network_of). Any
/// thread may ask.
///
///     auto place = places.take(peer);                   // given back when it is destroyed
///     if (!place) return refuse(…);
class Places {
public:
    /// `each` 0: no limit.
    explicit Places(std::size_t each) : each_{each} {}
    Places(const Places&) = delete;
    Places& operator=(const Places&) = delete;

    class Place {
    public:
        Place(Place&& other) noexcept;
        Place& operator=(Place&&) = delete;
        ~Place();

    private:
        friend class Places;
        using Taken = std::map<std::string, std::size_t, std::less<>>;

        Place() = default;
        Place(Places& of, Taken::iterator where) : of_{&of}, where_{where} {}

        Places* of_ = nullptr;  ///< null: nobody counts
        Taken::iterator where_;
    };

    /// A place that nobody counts.
    static Place unlimited() { return {}; }

    /// Nothing when this client has as many as it may. Outlived by the Places.
    std::optional<Place> take(std::string_view peer);

private:
    std::size_t each_;
    Guarded<Place::Taken> taken_;
};

}  // namespace phony::server
