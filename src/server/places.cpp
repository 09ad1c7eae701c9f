#include "server/places.hpp"

#include "server/peer.hpp"

#include <utility>

namespace phony::server {

Places::Place::Place(Place&& other) noexcept
    : of_{std::exchange(other.of_, nullptr)}, where_{other.where_}
{
}

Places::Place::~Place()
{
    if (of_ == nullptr) return;
    of_->taken_.with([this](Taken& taken) {
        if (--where_->second == 0) taken.erase(where_);
    });
}

std::optional<Places::Place> Places::take(std::string_view peer)
{
    if (each_ == 0) return unlimited();
    const std::string client = network_of(peer);
    return taken_.with([&](Place::Taken& taken) -> std::optional<Place> {
        auto found = taken.find(client);
        if (found == taken.end()) found = taken.emplace(client, 0).first;
        if (found->second >= each_) return std::nullopt;
        ++found->second;
        return Place{*this, found};
    });
}

}  // namespace phony::server
